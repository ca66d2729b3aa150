// Worte der dichten Station und der Wandanzeige.

export default {
  "ward.dense": "Dicht",
  "ward.wall": "Wandanzeige",
  "help.c": "Dichte oder bequeme Kacheln",
  "help.w": "Wandanzeige in einem eigenen Fenster öffnen",
  "announce.wall": "Die Wandanzeige steht in einem eigenen Fenster. Q schließt sie.",

  "wall.notPrimary": "Nicht der erste Alarm. Kein zugelassenes Medizinprodukt.",
  "wall.locked": "Gesperrt. Nur Betten und Prioritäten; alles wieder, sobald der Arbeitsplatz entsperrt ist.",
  "wall.closed": "Hier wird kein Patient überwacht. Dieser Arbeitsplatz ist nicht bereit.",
  "wall.answered": "quittiert",
  "wall.more": { by: "count", one: "und {count} weiterer Alarm", other: "und {count} weitere Alarme" },
  "wall.page": "Seite {page} von {pages}",
  "wall.held": "angehalten",
  "wall.hold": "Halten",
  "wall.release": "Blättern",
  "wall.names.none": "Namen verborgen",
  "wall.names.initials": "Initialen",
  "wall.names.full": "Namen sichtbar",
  "wall.fullScreen": "Vollbild",
  "wall.close": "Schließen",
  "wall.space": "Leertaste",
};
