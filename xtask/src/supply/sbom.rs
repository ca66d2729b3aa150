//! The bill of materials of the programs that people run: CycloneDX 1.5 as JSON. It holds no time and no machine, so one
//! lock file has one bill.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context;
use serde_json::{Value, json};

use super::{Crate, Graph};

/// Packages whose programs are shipped.
const SHIPPED: [&str; 4] = ["wardlight", "wl-gateway", "wl-hub", "wl-verify"];

/// The bill as text.
///
/// # Errors
/// When cargo or the lock file cannot be read.
pub(crate) fn write(root: &Path) -> anyhow::Result<String> {
    let graph = super::read_graph(root)?;
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("reading Cargo.lock")?;
    let lock: toml::Table = lock.parse().context("reading Cargo.lock")?;
    let bill = bill(&graph, &checksums(&lock));
    Ok(serde_json::to_string_pretty(&bill)? + "\n")
}

fn checksums(lock: &toml::Table) -> BTreeMap<(String, String), String> {
    let packages = lock.get("package").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |package: &toml::Value, name: &str| Some(package.get(name)?.as_str()?.to_owned());
    let entries = packages.iter().filter_map(|package| {
        Some(((text(package, "name")?, text(package, "version")?), text(package, "checksum")?))
    });
    entries.collect()
}

/// What the shipped packages are built with, themselves included.
fn reached(graph: &Graph) -> Vec<&Crate> {
    let mut open: Vec<&str> = graph
        .crates
        .values()
        .filter(|one| one.source.is_none() && SHIPPED.contains(&one.name.as_str()))
        .map(|one| one.id.as_str())
        .collect();
    let mut found = BTreeMap::new();
    while let Some(id) = open.pop() {
        let Some(one) = graph.crates.get(id) else { continue };
        if found.insert((one.name.as_str(), one.version.as_str(), id), one).is_none() {
            open.extend(graph.needs.get(id).into_iter().flatten().map(String::as_str));
        }
    }
    found.into_values().collect()
}

fn name(one: &Crate) -> String {
    format!("pkg:cargo/{}@{}", one.name, one.version)
}

fn bill(graph: &Graph, checksums: &BTreeMap<(String, String), String>) -> Value {
    let crates = reached(graph);
    let components: Vec<Value> = crates.iter().map(|one| component(one, checksums)).collect();
    let dependencies: Vec<Value> = crates
        .iter()
        .map(|one| {
            let needs = graph.needs.get(&one.id).into_iter().flatten().filter_map(|id| graph.crates.get(id));
            let mut needs: Vec<String> = needs.map(name).collect();
            needs.sort();
            needs.dedup();
            json!({ "ref": name(one), "dependsOn": needs })
        })
        .collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": { "type": "application", "name": "wardlight", "bom-ref": "wardlight" } },
        "components": components,
        "dependencies": dependencies,
    })
}

fn component(one: &Crate, checksums: &BTreeMap<(String, String), String>) -> Value {
    let kind =
        if one.source.is_none() && SHIPPED.contains(&one.name.as_str()) { "application" } else { "library" };
    let mut component = json!({
        "type": kind,
        "bom-ref": name(one),
        "name": one.name,
        "version": one.version,
        "purl": name(one),
    });
    if let Some(expression) = &one.license {
        component["licenses"] = json!([{ "expression": expression.replace('/', " OR ") }]);
    }
    if let Some(sum) = checksums.get(&(one.name.clone(), one.version.clone())) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_names_every_crate_that_is_shipped_and_none_of_the_tests() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = write(root).unwrap();
        assert_eq!(text, write(root).unwrap(), "one lock file has one bill");
        let bill: Value = serde_json::from_str(&text).unwrap();
        let components = bill["components"].as_array().unwrap();
        let has = |name: &str| components.iter().any(|one| one["name"] == name);
        for name in ["wardlight", "wl-gateway", "wl-ledger", "ed25519-dalek", "tauri", "libsqlite3-sys"] {
            assert!(has(name), "{name} is shipped");
        }
        for name in ["proptest", "criterion", "wl-sim", "wl-fuzz", "xtask"] {
            assert!(!has(name), "{name} is not shipped");
        }
        let foreign =
            components.iter().filter(|one| one["purl"].as_str().unwrap().starts_with("pkg:cargo/age@"));
        for one in foreign {
            assert_eq!(one["hashes"][0]["content"].as_str().unwrap().len(), 64);
        }
    }
}
