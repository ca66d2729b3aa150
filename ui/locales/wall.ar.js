// كلمات القسم المكثف وشاشة الحائط.

export default {
  "ward.dense": "مكثّف",
  "ward.wall": "شاشة الحائط",
  "help.c": "بطاقات مكثفة أو مريحة",
  "help.w": "افتح شاشة الحائط في نافذة خاصة بها",
  "announce.wall": "شاشة الحائط مفتوحة في نافذة خاصة بها. المفتاح Q يغلقها.",

  "wall.notPrimary": "ليست الإنذار الأساسي. ليس جهازًا طبيًا معتمدًا.",
  "wall.locked": "مقفل. الأسرّة والأولويات فقط؛ ويعود كل شيء متى فُتح قفل المحطة.",
  "wall.closed": "لا يُراقَب أي مريض هنا. هذه المحطة ليست جاهزة.",
  "wall.answered": "أُقرّ به",
  "wall.more": { by: "count", zero: "ولا إنذارات أخرى", one: "وإنذار آخر", two: "وإنذاران آخران", few: "و{count} إنذارات أخرى", many: "و{count} إنذارًا آخر", other: "و{count} إنذار آخر" },
  "wall.page": "صفحة {page} من {pages}",
  "wall.held": "مثبّتة",
  "wall.hold": "تثبيت",
  "wall.release": "تقليب",
  "wall.names.none": "الأسماء مخفية",
  "wall.names.initials": "الأحرف الأولى",
  "wall.names.full": "الأسماء ظاهرة",
  "wall.fullScreen": "ملء الشاشة",
  "wall.close": "إغلاق",
  "wall.space": "مسافة",
};
