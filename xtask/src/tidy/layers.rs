//! Who may use whom, and which library has one owner.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};
use serde_json::Value;

use super::Violation;

/// The crates that do no I/O and take time and randomness as arguments.
pub(crate) const PURE: [&str; 4] = ["wl-ledger", "wl-seal", "wl-vitals", "wl-chart"];

/// Package → those of our own it may be built with. Tests may use any of them.
const MAY_USE: [(&str, &[&str]); 14] = [
    ("wl-ledger", &[]),
    ("wl-seal", &["wl-ledger"]),
    ("wl-vitals", &["wl-ledger"]),
    ("wl-chart", &["wl-ledger", "wl-vitals"]),
    ("wl-wire", &["wl-ledger", "wl-seal", "wl-vitals"]),
    ("wl-desk", &["wl-ledger", "wl-seal", "wl-vitals", "wl-chart", "wl-wire"]),
    ("wl-hub", &["wl-ledger", "wl-seal", "wl-vitals", "wl-chart", "wl-wire"]),
    // The gateway can read nothing, so it knows neither keys for readings nor what a reading is.
    ("wl-gateway", &["wl-ledger", "wl-wire", "wl-federation"]),
    ("wl-federation", &["wl-ledger", "wl-wire"]),
    (
        "wl-sim",
        &["wl-ledger", "wl-seal", "wl-vitals", "wl-chart", "wl-wire", "wl-desk", "wl-hub", "wl-gateway"],
    ),
    ("wl-verify", &["wl-ledger"]),
    (
        "wl-fuzz",
        &["wl-ledger", "wl-seal", "wl-vitals", "wl-wire", "wl-desk", "wl-hub", "wl-gateway", "wl-verify"],
    ),
    ("wl-token", &["wl-desk", "wl-wire"]),
    ("wardlight", &["wl-desk", "wl-chart", "wl-token"]),
];

/// Library (or family, with a star) → the only packages that may name it, in tests too.
const OWNERS: [(&str, &[&str]); 11] = [
    ("tauri*", &["wardlight"]),
    ("rodio", &["wardlight"]),
    ("wry", &["wardlight"]),
    ("age", &["wl-seal"]),
    ("chacha20poly1305", &["wl-seal"]),
    ("ed25519-dalek", &["wl-ledger"]),
    ("plotters*", &["wl-chart"]),
    // The desk's tests serve a chain that they spoil, which the real gateway would not.
    ("axum*", &["wl-wire", "wl-gateway", "wl-hub", "wl-desk"]),
    // The simulator's tests reach into a hub's database to make its next write fail.
    ("sqlx", &["wl-desk", "wl-hub", "wl-gateway", "wl-sim"]),
    ("cryptoki*", &["wl-token"]),
    ("arc-malachitebft*", &["wl-federation"]),
];

/// What would bring I/O, threads or a runtime into a pure crate.
const NOT_IN_PURE: [&str; 10] = [
    "tokio*",
    "async-std",
    "smol",
    "futures*",
    "sqlx",
    "libsqlite3-sys",
    "reqwest",
    "hyper*",
    "axum*",
    "tracing*",
];

/// A package of the workspace as `cargo metadata` tells it.
pub(crate) struct Package {
    pub(crate) name: String,
    manifest: PathBuf,
    manifest_text: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    is_ours: bool,
    is_for_tests: bool,
}

/// Asks cargo for the packages of the workspace at `root`.
///
/// # Errors
/// When cargo does not run or answers something else than the metadata.
pub(crate) fn read_packages(root: &Path) -> anyhow::Result<Vec<Package>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("running cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("metadata without packages")?;
    packages.iter().map(|package| read_package(root, package)).collect()
}

fn read_package(root: &Path, package: &Value) -> anyhow::Result<Package> {
    let text = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .with_context(|| format!("metadata without {key}"))
    };
    let manifest = PathBuf::from(text(package, "manifest_path")?);
    let dependencies = package
        .get("dependencies")
        .and_then(Value::as_array)
        .context("metadata without dependencies")?
        .iter()
        .map(|dependency| {
            Ok(Dependency {
                name: text(dependency, "name")?,
                is_ours: dependency.get("path").is_some_and(|path| !path.is_null()),
                is_for_tests: dependency.get("kind").and_then(Value::as_str) == Some("dev"),
            })
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(Package {
        name: text(package, "name")?,
        manifest_text: std::fs::read_to_string(&manifest)?,
        manifest: manifest.strip_prefix(root).unwrap_or(&manifest).to_path_buf(),
        dependencies,
    })
}

/// Holds the tables above over `packages`.
pub(crate) fn check(packages: &[Package]) -> Vec<Violation> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<Violation> {
    let mut violations = Vec::new();
    if !package.manifest_text.contains("[lints]\nworkspace = true") {
        violations.push(package.violation(
            "[lints]",
            "the package does not take the workspace's lints".into(),
            "add `[lints]` with `workspace = true`",
        ));
    }
    if package.name == "xtask" {
        return violations;
    }
    let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == package.name) else {
        violations.push(package.violation(
            "name",
            format!("{} has no place in the house plan", package.name),
            "decide what it may use and add it to MAY_USE in xtask/src/tidy/layers.rs",
        ));
        return violations;
    };
    for dependency in &package.dependencies {
        if dependency.is_ours && !dependency.is_for_tests && !may_use.contains(&dependency.name.as_str()) {
            violations.push(package.violation(
                &dependency.name,
                format!("{} must not use {}", package.name, dependency.name),
                "move the shared part into a lower crate; the plan stands in xtask/src/tidy/layers.rs",
            ));
        }
        let owner = OWNERS.iter().find(|(library, _)| matches(library, &dependency.name));
        if owner.is_some_and(|(_, owners)| !owners.contains(&package.name.as_str())) {
            violations.push(package.violation(
                &dependency.name,
                format!("{} must not name {}", package.name, dependency.name),
                "use it through the crate that owns it (OWNERS in xtask/src/tidy/layers.rs)",
            ));
        }
        let is_impure = NOT_IN_PURE.iter().any(|library| matches(library, &dependency.name));
        if PURE.contains(&package.name.as_str()) && is_impure && !dependency.is_for_tests {
            violations.push(package.violation(
                &dependency.name,
                format!("{} is pure and must not use {}", package.name, dependency.name),
                "return what is to be done and let the desk, the hub or the gateway do it",
            ));
        }
    }
    violations
}

impl Package {
    /// A violation at the first line of the manifest that begins with `key`.
    fn violation(&self, key: &str, what: String, remedy: &'static str) -> Violation {
        let line =
            self.manifest_text.lines().position(|line| line.starts_with(key)).map_or(1, |index| index + 1);
        Violation { path: self.manifest.clone(), line, what, remedy }
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => name == family || name.strip_prefix(family).is_some_and(|rest| rest.starts_with('-')),
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, bool, bool)]) -> Package {
        let lines: String =
            dependencies.iter().map(|(name, ..)| format!("{name}.workspace = true\n")).collect();
        Package {
            name: name.into(),
            manifest: format!("crates/{name}/Cargo.toml").into(),
            manifest_text: format!("[lints]\nworkspace = true\n[dependencies]\n{lines}"),
            dependencies: dependencies
                .iter()
                .map(|(name, is_ours, is_for_tests)| Dependency {
                    name: (*name).into(),
                    is_ours: *is_ours,
                    is_for_tests: *is_for_tests,
                })
                .collect(),
        }
    }

    #[test]
    fn each_crate_uses_only_what_lies_below_it() {
        let (ours, foreign, build, test) = (true, false, false, true);
        let table = [
            ("wl-desk", "wl-ledger", ours, build, 0),
            ("wl-desk", "wl-gateway", ours, build, 1),
            ("wl-desk", "wl-gateway", ours, test, 0),
            ("wl-ledger", "wl-seal", ours, build, 1),
            ("wl-gateway", "wl-seal", ours, build, 1),
            ("wardlight", "wl-hub", ours, build, 1),
            ("wardlight", "tauri-plugin-notification", foreign, build, 0),
            ("wl-desk", "tauri", foreign, build, 1),
            ("wl-desk", "tauri-build", foreign, build, 1),
            ("wl-desk", "age", foreign, test, 1),
            ("wl-seal", "age", foreign, build, 0),
            ("wl-wire", "ed25519-dalek", foreign, build, 1),
            ("wl-sim", "plotters", foreign, build, 1),
            ("wl-vitals", "tokio-util", foreign, build, 1),
            ("wl-vitals", "tokio", foreign, test, 0),
            ("wl-unheard-of", "serde", foreign, build, 1),
        ];
        for (name, dependency, is_ours, is_for_tests, expected) in table {
            let found = check_package(&package(name, &[(dependency, is_ours, is_for_tests)]));
            assert_eq!(found.len(), expected, "{name} → {dependency}: {found:?}");
        }
    }

    #[test]
    fn a_violation_points_at_the_dependency() {
        let found =
            check_package(&package("wl-seal", &[("wl-ledger", true, false), ("wl-wire", true, false)]));
        assert_eq!(found.first().map(|violation| violation.line), Some(5));
    }

    #[test]
    fn every_package_takes_the_lints() {
        let mut without = package("wl-seal", &[]);
        without.manifest_text = "[package]\n".into();
        assert_eq!(check_package(&without).len(), 1);
    }
}
