//! The rules: `deny.toml`, and the table of least versions in `docs/supply-chain.md`.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, ensure};
use toml::Value;

/// What the two files say.
pub(crate) struct Policy {
    pub(crate) licenses: Vec<String>,
    pub(crate) registries: Vec<String>,
    /// Crate and why it may not enter.
    pub(crate) banned: BTreeMap<String, String>,
    /// Crate and why there may be one version only.
    pub(crate) single: BTreeMap<String, String>,
    /// Crate, least version, and what was wrong below it.
    pub(crate) least: BTreeMap<String, (String, String)>,
}

impl Policy {
    /// Reads both files.
    ///
    /// # Errors
    /// When one is missing, malformed or empty: rules that silently vanish hold nothing.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let file = fs::read_to_string(root.join("deny.toml")).context("reading deny.toml")?;
        let file: toml::Table = file.parse().context("reading deny.toml")?;
        let page =
            fs::read_to_string(root.join("docs/supply-chain.md")).context("reading docs/supply-chain.md")?;
        let (mut banned, mut single) = (BTreeMap::new(), BTreeMap::new());
        for entry in list(&file, "bans", "deny") {
            let field = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
            let (name, reason) = (field("crate").context("a ban without a crate")?, field("reason"));
            let reason = reason.with_context(|| format!("the rule about {name} gives no reason"))?;
            match entry.get("deny-multiple-versions").and_then(Value::as_bool) {
                Some(true) => single.insert(name, reason),
                _ => banned.insert(name, reason),
            };
        }
        let policy = Self {
            licenses: texts(&file, "licenses", "allow"),
            registries: texts(&file, "sources", "allow-registry"),
            banned,
            single,
            least: least(&page),
        };
        let is_whole = !policy.licenses.is_empty()
            && !policy.registries.is_empty()
            && !policy.banned.is_empty()
            && !policy.single.is_empty()
            && !policy.least.is_empty();
        ensure!(is_whole, "deny.toml or docs/supply-chain.md lacks a part");
        Ok(policy)
    }
}

fn list<'f>(file: &'f toml::Table, section: &str, name: &str) -> &'f [Value] {
    let found = file.get(section).and_then(|section| section.get(name)).and_then(Value::as_array);
    found.map(Vec::as_slice).unwrap_or_default()
}

fn texts(file: &toml::Table, section: &str, name: &str) -> Vec<String> {
    list(file, section, name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Rows `| crate | version | why |` of the page.
fn least(page: &str) -> BTreeMap<String, (String, String)> {
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        match cells.as_slice() {
            [name, version, why] if version.starts_with(|c: char| c.is_ascii_digit()) => {
                Some(((*name).to_owned(), ((*version).to_owned(), (*why).to_owned())))
            }
            _ => None,
        }
    });
    rows.collect()
}
