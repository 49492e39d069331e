//! What the README shows is what the tool prints.

use super::freehold;

/// The commands of the README's screens, each with what is shown below it.
fn screens() -> Vec<(Vec<&'static str>, String)> {
    let readme = include_str!("../../../README.md");
    let blocks = readme.split("\n```").filter_map(|block| block.strip_prefix("console\n"));
    let mut screens: Vec<(Vec<&str>, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        if let Some(command) = line.strip_prefix("$ freehold ") {
            screens.push((command.split(' ').collect(), String::new()));
        } else if let Some((_, screen)) = screens.last_mut() {
            screen.push_str(line);
            screen.push('\n');
        }
    }
    screens
}

#[test]
fn screens_are_what_the_tool_prints() {
    let screens = screens();
    let shown = || screens.iter().filter(|(command, _)| command[0] != "export");
    assert!(shown().count() >= 2, "the README shows the tool");
    for (command, screen) in shown() {
        let ran = freehold(&[&command[..], &["--pretty", "--width", "100"]].concat());
        assert_eq!(ran.out.trim_end(), screen.trim_end(), "freehold {}", command.join(" "));
    }
}

#[test]
fn the_picture_is_what_the_tool_draws() {
    let screens = screens();
    let (command, _) = screens.iter().find(|(command, _)| command[0] == "export").expect("the README has a picture");
    let picture: Vec<_> = command.iter().map(|word| if *word == "growth.svg" { "-" } else { word }).collect();
    let ran = freehold(&[&picture[..], &["--to", "svg"]].concat());
    assert_eq!(ran.out, include_str!("../../../docs/growth.svg"));
}
