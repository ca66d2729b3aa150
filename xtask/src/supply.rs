//! What may enter the build: `deny.toml` and the least versions of `docs/supply-chain.md`, held against the lock file and
//! `cargo metadata`, without a network and without another tool.

mod license;
mod policy;
pub(crate) mod sbom;

use std::{collections::BTreeMap, path::Path, process::Command};

use anyhow::{Context, bail};
use serde_json::Value;

use policy::Policy;

/// A crate as `cargo metadata` tells it.
pub(crate) struct Crate {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    /// None for the project's own.
    pub(crate) source: Option<String>,
}

/// The crates and, by id, what each is built with (tests left out).
pub(crate) struct Graph {
    pub(crate) crates: BTreeMap<String, Crate>,
    pub(crate) needs: BTreeMap<String, Vec<String>>,
}

/// Every broken rule, in words.
///
/// # Errors
/// When cargo, `deny.toml` or the page cannot be read.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let policy = Policy::read(root)?;
    let graph = read_graph(root)?;
    let crates: Vec<&Crate> = graph.crates.values().collect();
    let mut broken: Vec<String> = crates.iter().filter_map(|one| check_source(one, &policy)).collect();
    broken.extend(crates.iter().filter_map(|one| check_license(one, &policy)));
    broken.extend(crates.iter().filter_map(|one| check_ban(one, &policy)));
    broken.extend(crates.iter().filter_map(|one| check_least(one, &policy)));
    broken.extend(check_single(&crates, &policy));
    Ok(broken)
}

/// Asks cargo for everything that is built on this platform. The crates must have been fetched: any build does that.
pub(crate) fn read_graph(root: &Path) -> anyhow::Result<Graph> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(root)
        .output()
        .context("running cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
    let crates =
        list(&metadata["packages"]).iter().map(read_crate).map(|one| (one.id.clone(), one)).collect();
    let needs = list(&metadata["resolve"]["nodes"]).iter().map(read_needs).collect();
    Ok(Graph { crates, needs })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn read_crate(package: &Value) -> Crate {
    Crate {
        id: text(&package["id"]),
        name: text(&package["name"]),
        version: text(&package["version"]),
        license: package["license"].as_str().map(str::to_owned),
        source: package["source"].as_str().map(str::to_owned),
    }
}

fn read_needs(node: &Value) -> (String, Vec<String>) {
    let is_for_tests_only = |dependency: &Value| {
        let kinds = list(&dependency["dep_kinds"]);
        !kinds.is_empty() && kinds.iter().all(|kind| kind["kind"] == "dev")
    };
    let needs = list(&node["deps"]).iter().filter(|dependency| !is_for_tests_only(dependency));
    (text(&node["id"]), needs.map(|dependency| text(&dependency["pkg"])).collect())
}

fn check_source(one: &Crate, policy: &Policy) -> Option<String> {
    let source = one.source.as_ref()?;
    let is_allowed = policy.registries.iter().any(|registry| *source == format!("registry+{registry}"));
    (!is_allowed)
        .then(|| format!("{} {} comes from {source}, which deny.toml does not allow", one.name, one.version))
}

fn check_license(one: &Crate, policy: &Policy) -> Option<String> {
    let Some(expression) = &one.license else {
        return Some(format!("{} {} names no licence", one.name, one.version));
    };
    let is_allowed = license::is_satisfied(expression, &policy.licenses);
    (!is_allowed).then(|| {
        format!("{} {}: the licence {expression:?} is not among those of deny.toml", one.name, one.version)
    })
}

fn check_ban(one: &Crate, policy: &Policy) -> Option<String> {
    let reason = policy.banned.get(&one.name)?;
    Some(format!("{} {} is banned: {reason}", one.name, one.version))
}

fn check_least(one: &Crate, policy: &Policy) -> Option<String> {
    let (least, why) = policy.least.get(&one.name)?;
    let is_older = numbers(&one.version) < numbers(least);
    is_older.then(|| format!("{} {} is older than {least}: {why}", one.name, one.version))
}

/// The numbers of a version; what follows a hyphen or plus does not count.
fn numbers(version: &str) -> Vec<u64> {
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    plain.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn check_single(crates: &[&Crate], policy: &Policy) -> Vec<String> {
    let versions = |name: &String| -> Vec<&str> {
        crates.iter().filter(|one| one.name == *name).map(|one| one.version.as_str()).collect()
    };
    let single = policy.single.iter().map(|(name, reason)| (name, reason, versions(name)));
    single
        .filter(|(_, _, versions)| versions.len() > 1)
        .map(|(name, reason, versions)| {
            format!("{name} stands in versions {}: {reason}", versions.join(", "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, version: &str) -> Crate {
        Crate {
            id: format!("{name}@{version}"),
            name: name.into(),
            version: version.into(),
            license: Some("MIT OR Apache-2.0".into()),
            source: Some("registry+https://example.org/index".into()),
        }
    }

    fn policy() -> Policy {
        Policy {
            licenses: vec!["MIT".into()],
            registries: vec!["https://example.org/index".into()],
            banned: [("bad".to_owned(), "it is bad".to_owned())].into(),
            single: [("lone".to_owned(), "one only".to_owned())].into(),
            least: [("old".to_owned(), ("1.10.0".to_owned(), "a hole".to_owned()))].into(),
        }
    }

    #[test]
    fn the_build_keeps_the_rules_of_its_supply() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let broken = check(root).unwrap();
        assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
    }

    #[test]
    fn each_rule_of_supply_finds_what_breaks_it() {
        let policy = policy();
        assert_eq!(check_source(&one("a", "1.0.0"), &policy), None);
        let strange = Crate { source: Some("git+https://example.org/a".into()), ..one("a", "1.0.0") };
        assert!(check_source(&strange, &policy).is_some());
        assert_eq!(check_source(&Crate { source: None, ..one("ours", "1.0.0") }, &policy), None);
        assert_eq!(check_license(&one("a", "1.0.0"), &policy), None);
        for license in [None, Some("GPL-2.0-only".to_owned()), Some("MIT AND GPL-2.0-only".to_owned())] {
            assert!(check_license(&Crate { license, ..one("a", "1.0.0") }, &policy).is_some());
        }
        assert!(check_ban(&one("bad", "1.0.0"), &policy).is_some());
        assert_eq!(check_ban(&one("good", "1.0.0"), &policy), None);
        for (version, is_broken) in
            [("1.9.0", true), ("1.10.0", false), ("1.10.0-alpha", false), ("2.0.0+x", false)]
        {
            assert_eq!(check_least(&one("old", version), &policy).is_some(), is_broken, "{version}");
        }
        let (first, second, other) = (one("lone", "1.0.0"), one("lone", "2.0.0"), one("other", "1.0.0"));
        assert_eq!(check_single(&[&first, &second, &other], &policy).len(), 1);
        assert_eq!(check_single(&[&first, &other], &policy).len(), 0);
    }
}
