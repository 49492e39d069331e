//! Holds JSON against a schema. Knows what the schemas here use of JSON Schema, and refuses any with more.

use serde_json::Value;

/// What in `value` breaks `schema`, and where.
pub(super) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    Check { root: schema, faults: &mut faults }.value(schema, value, "$");
    faults
}

struct Check<'a> {
    root: &'a Value,
    faults: &'a mut Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        let schema = schema.as_object().unwrap_or_else(|| panic!("a schema is an object, not {schema}"));
        for (keyword, wanted) in schema {
            let holds = match keyword.as_str() {
                "$schema" | "$defs" | "definitions" | "title" | "description" | "default" => true,
                "$ref" => {
                    let target = wanted.as_str().and_then(|pointer| self.root.pointer(pointer.strip_prefix('#')?));
                    self.value(target.unwrap_or_else(|| panic!("{wanted} leads nowhere")), value, at);
                    true
                }
                "type" => match wanted.as_str().expect("one type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "number" => value.is_number(),
                    "integer" => value.is_u64() || value.is_i64(),
                    other => panic!("the type {other}"),
                },
                "const" => value == wanted,
                "enum" => wanted.as_array().expect("a list").contains(value),
                "minimum" => value.as_u64() >= wanted.as_u64(),
                "maximum" => value.as_u64() <= wanted.as_u64(),
                "minItems" => value.as_array().map(|items| items.len() as u64) >= wanted.as_u64(),
                "maxItems" => value.as_array().map(|items| items.len() as u64) <= wanted.as_u64(),
                "required" => wanted.as_array().expect("a list").iter().all(|name| {
                    let name = name.as_str().expect("a name");
                    value.get(name).is_some()
                }),
                "properties" => {
                    for (name, schema) in wanted.as_object().expect("an object") {
                        if let Some(member) = value.get(name) {
                            self.value(schema, member, &format!("{at}.{name}"));
                        }
                    }
                    true
                }
                "items" => {
                    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.value(wanted, item, &format!("{at}[{number}]"));
                    }
                    true
                }
                "anyOf" => wanted.as_array().expect("a list").iter().any(|schema| {
                    let mut faults = Vec::new();
                    Check { root: self.root, faults: &mut faults }.value(schema, value, at);
                    faults.is_empty()
                }),
                other => panic!("the keyword {other}"),
            };
            if !holds {
                self.faults.push(format!("{at}: {keyword}"));
            }
        }
    }
}
