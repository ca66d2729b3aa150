// Words of the dense ward and of the wall.

export default {
  "ward.dense": "Dense",
  "ward.wall": "Wall",
  "help.c": "Dense or comfortable tiles",
  "help.w": "Open the wall in a window of its own",
  "announce.wall": "The wall is open in a window of its own. Q closes it.",

  "wall.notPrimary": "Not the primary alarm. Not a certified medical device.",
  "wall.locked": "Locked. Beds and priorities only; everything again once the desk is unlocked.",
  "wall.closed": "No patients are watched here. This workstation is not ready.",
  "wall.answered": "answered",
  "wall.more": { by: "count", one: "and {count} more alarm", other: "and {count} more alarms" },
  "wall.page": "Page {page} of {pages}",
  "wall.held": "held",
  "wall.hold": "Hold",
  "wall.release": "Turn pages",
  "wall.names.none": "Names hidden",
  "wall.names.initials": "Initials",
  "wall.names.full": "Names shown",
  "wall.fullScreen": "Full screen",
  "wall.close": "Close",
  "wall.space": "Space",
};
