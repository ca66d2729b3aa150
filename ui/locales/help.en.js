// What the list of keys says.
export default {
  "help.title": "Keys",
  "help.1": "Ward overview",
  "help.2": "Alarms",
  "help.3": "Patients",
  "help.8": "Access log, for privacy officers",
  "help.9": "Settings",
  "help./": "Find a patient",
  "help.i": "Show or hide the alarm list",
  "help.jk": "Next, previous alarm or bed",
  "help.a": "Acknowledge the chosen alarm",
  "help.enter": "Open the chosen patient",
  "help.esc": "Close, or back to the ward",
  "help.?": "This list",
};
