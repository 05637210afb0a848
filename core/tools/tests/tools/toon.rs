//! TOON as its makers mean it: their own cases (version 4.0.0, in `tests/toon-cases`), and that nothing is lost.

use std::{fs, path::Path};

use proptest::prelude::*;
use serde_json::Value;
use toon_format::{
    DecodeOptions, EncodeOptions,
    types::{Delimiter, Indent},
};

/// Version 4.4 of the format makes these errors, in which 4.0 saw plain keys; the makers' own package fails them too.
const SUPERSEDED: usize = 4;

/// Runs all cases of a folder; returns how many there are, and what failed.
fn run(kind: &str, case: impl Fn(&Value) -> Result<(), String>) -> (usize, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/toon-cases").join(kind);
    let (mut count, mut failed) = (0, Vec::new());
    for file in fs::read_dir(folder).unwrap() {
        let cases: Value = serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
        for one in cases["tests"].as_array().unwrap() {
            count += 1;
            if let Err(why) = case(one) {
                failed.push(format!("{}: {why}", one["name"]));
            }
        }
    }
    (count, failed)
}

fn indent(case: &Value) -> Indent {
    let spaces = case["options"]["indentSize"].as_u64().unwrap_or(2);
    Indent::Spaces(usize::try_from(spaces).unwrap())
}

fn encodes(case: &Value) -> Result<(), String> {
    let delimiter = match case["options"]["delimiter"].as_str() {
        Some("\t") => Delimiter::Tab,
        Some("|") => Delimiter::Pipe,
        _ => Delimiter::Comma,
    };
    let options = EncodeOptions::new().with_delimiter(delimiter).with_indent(indent(case));
    match toon_format::encode(&case["input"], &options) {
        Ok(text) if case["shouldError"] != true && text == case["expected"].as_str().unwrap_or_default() => Ok(()),
        Err(_) if case["shouldError"] == true => Ok(()),
        other => Err(format!("{other:?} for {}", case["expected"])),
    }
}

/// The value with the order of its keys.
fn written(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn decodes(case: &Value) -> Result<(), String> {
    let options = DecodeOptions::new().with_indent(indent(case));
    let options = options.with_strict(case["options"]["strict"] != false);
    match toon_format::decode::<Value>(case["input"].as_str().unwrap(), &options) {
        Ok(value) if case["shouldError"] != true && written(&value) == written(&case["expected"]) => Ok(()),
        Err(_) if case["shouldError"] == true => Ok(()),
        other => Err(format!("{other:?} for {}", case["expected"])),
    }
}

#[test]
fn the_makers_own_cases_hold_but_for_those_that_are_superseded() {
    let (encoding, unencoded) = run("encode", encodes);
    let (decoding, undecoded) = run("decode", decodes);
    assert_eq!(encoding + decoding, 516);
    assert!(unencoded.is_empty(), "{}", unencoded.join("\n"));
    assert_eq!(undecoded.len(), SUPERSEDED, "{}", undecoded.join("\n"));
    assert!(undecoded.iter().all(|case| case.contains("bracket")), "{}", undecoded.join("\n"));
}

/// Values of JSON: deep, with whole numbers within 64 bits and finite fractions.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[ \\-#:,\\[\\]{}\"\\\\0-9a-e\n\t]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(20, 64, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("\\PC{0,8}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Numbers may be written in another way and be the same: 1.0 as 1.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|((name, one), (another, other))| name == another && same(one, other))
        }
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

proptest! {
    #[test]
    fn what_is_encoded_decodes_to_the_same(value in any_value()) {
        let text = toon_format::encode_default(&value).unwrap();
        let back: Value = toon_format::decode_default(&text).unwrap();
        prop_assert!(same(&value, &back), "{value}\n{text}\n{back}");
    }
}
