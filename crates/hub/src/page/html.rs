//! Building a page: what is written in the program goes in as it is, everything else is escaped. Types hold that apart.

/// A page under construction.
pub(super) struct Html(String);

impl Html {
    pub(super) fn new() -> Self {
        Self(String::with_capacity(8192))
    }

    /// Markup that stands in the program.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Anything else, in text or inside a quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                character => self.0.push(character),
            }
        }
        self
    }

    /// A part that was built the same way.
    pub(super) fn part(&mut self, part: &Html) -> &mut Self {
        self.0.push_str(&part.0);
        self
    }

    /// An element around a text. `tag` may bear a class: `p class=note`.
    pub(super) fn line(&mut self, tag: &'static str, text: &str) -> &mut Self {
        let name = tag.split(' ').next().unwrap_or(tag);
        self.raw("<").raw(tag).raw(">").text(text).raw("</").raw(name).raw(">\n")
    }

    /// A field that is sent along unseen.
    pub(super) fn hidden(&mut self, name: &str, value: &str) -> &mut Self {
        self.raw("<input type=hidden name=\"").text(name).raw("\" value=\"").text(value).raw("\">\n")
    }

    /// A link that looks like a button.
    pub(super) fn button_to(&mut self, address: &str, label: &str) -> &mut Self {
        self.raw("<a class=button href=\"").text(address).raw("\">").text(label).raw("</a>\n")
    }

    /// The same for the way back, less conspicuous than what is done.
    pub(super) fn way_back(&mut self, label: &str) -> &mut Self {
        self.raw("<a class=\"button quiet\" href=\"/\">").text(label).raw("</a>\n")
    }

    /// The button that sends a form.
    pub(super) fn submit(&mut self, label: &str) -> &mut Self {
        self.raw("<button type=submit>").text(label).raw("</button>\n")
    }

    /// A labelled field.
    pub(super) fn field(
        &mut self,
        kind: &'static str,
        name: &'static str,
        label: &str,
        rest: &'static str,
    ) -> &mut Self {
        self.raw("<p><label for=").raw(name).raw(">").text(label).raw("</label>\n<input type=").raw(kind);
        self.raw(" id=").raw(name).raw(" name=").raw(name).raw(" ").raw(rest).raw("></p>\n")
    }

    /// A labelled field of several lines.
    pub(super) fn area(&mut self, name: &'static str, label: &str, rest: &'static str) -> &mut Self {
        self.raw("<p><label for=").raw(name).raw(">").text(label).raw("</label>\n<textarea");
        self.raw(" id=").raw(name).raw(" name=").raw(name).raw(" ").raw(rest).raw("></textarea></p>\n")
    }

    /// One choice among several of the same name.
    pub(super) fn choice(
        &mut self,
        kind: &'static str,
        name: &str,
        value: &str,
        label: &str,
        on: bool,
    ) -> &mut Self {
        self.raw("<label class=choice><input type=").raw(kind).raw(" name=\"").text(name);
        self.raw("\" value=\"").text(value).raw("\"").raw(if on { " checked" } else { "" }).raw("> <span>");
        self.text(label).raw("</span></label>\n")
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_written_in_the_program_is_escaped() {
        let mut html = Html::new();
        html.line("p class=note", "<script>alert(\"a & 'b'\")</script>").hidden("a\"", "'><b>");
        let page = html.finish();
        assert!(page.starts_with("<p class=note>&lt;script&gt;alert(&quot;a &amp; &#39;b&#39;&quot;)"));
        assert!(page.contains("</p>") && page.contains("name=\"a&quot;\" value=\"&#39;&gt;&lt;b&gt;\""));
        assert!(!page.contains("<b>") && !page.contains("<script"));
    }
}
