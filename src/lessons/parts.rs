//! A file that holds several models → the text of one of them. A line `# Model NAME` begins a model; what stands before the first one belongs
//! to all. Places stay what they were: what belongs to other models becomes blank.

/// The name of the model that a line begins.
fn begins(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix('#')?.trim_start().strip_prefix("Model ")?;
    rest.split_whitespace().next().map(|name| name.trim_end_matches([':', '.', ',']))
}

/// The names of a text's models, in order.
pub(super) fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.lines().filter_map(begins) {
        if !names.iter().any(|own| own == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// One model of a text, with what belongs to all; nothing if no line begins it.
pub(super) fn of(text: &str, name: &str) -> Option<String> {
    let (mut is_there, mut is_wanted) = (false, true);
    let mut part = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let begun = begins(line);
        if let Some(begun) = begun {
            is_wanted = begun == name;
            is_there |= is_wanted;
        }
        if is_wanted && begun.is_none() {
            part.push_str(line);
        } else {
            part.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
    }
    is_there.then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_keeps_its_place() {
        let text = "all\n# Model one: a title\nfirst é\n# Model two\nsecond\n";
        assert_eq!(names(text), ["one", "two"]);
        let two = of(text, "two").unwrap();
        assert_eq!(two.find("second"), text.find("second"));
        assert_eq!(two.split_whitespace().collect::<Vec<_>>(), ["all", "second"]);
        assert_eq!(of(text, "three"), None);
    }
}
