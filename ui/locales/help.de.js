// Was die Liste der Tasten sagt.
export default {
  "help.title": "Tasten",
  "help.1": "Stationsübersicht",
  "help.2": "Alarme",
  "help.3": "Patienten",
  "help.8": "Zugriffsprotokoll, für den Datenschutz",
  "help.9": "Einstellungen",
  "help./": "Patient suchen",
  "help.i": "Alarmliste zeigen oder ausblenden",
  "help.jk": "Nächster, voriger Alarm oder nächstes, voriges Bett",
  "help.a": "Gewählten Alarm quittieren",
  "help.enter": "Gewählten Patienten öffnen",
  "help.esc": "Schließen, oder zurück zur Station",
  "help.?": "Diese Liste",
};
