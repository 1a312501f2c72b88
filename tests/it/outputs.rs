//! Every format in which coverage is printed or written, as the help of its command lists them: a test that goes through these
//! covers a new format without naming it.

use std::process::Command;

use crate::world::{Done, World};

/// The formats of a command, each with what its help says of it.
fn formats(command: &str) -> Vec<(String, String)> {
    let help = Done::of(&mut World::empty().bare_command(&[command, "--help"])).expect(0).stdout;
    let option = help.lines().skip_while(|line| !line.trim_start().starts_with("--format <FORMAT>"));
    let values = option.skip_while(|line| line.trim() != "Possible values:").skip(1);
    values
        .map_while(|line| line.trim_start().strip_prefix("- ")?.split_once(':'))
        .map(|(name, meaning)| (name.to_owned(), meaning.trim().to_owned()))
        .collect()
}

/// The arguments that print coverage in each format of a command; those that standard output does not take are left out.
pub fn printed(command: &str) -> Vec<Vec<String>> {
    let printed = formats(command).into_iter().filter(|(_, meaning)| !meaning.contains("needs --output"));
    printed
        .map(|(name, meaning)| {
            let mut args = vec![command.to_owned(), "--format".to_owned(), name];
            if meaning.contains("needs --from and --to") {
                args.extend(["--from", "press@example.org", "--to", "anna@example.org"].map(str::to_owned));
            }
            args
        })
        .collect()
}

/// All coverage of the last week, by the arguments that print or write it. Folded lines are in one piece.
pub fn coverage(world: &World) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let digests = printed("digest").into_iter().map(|args| [args, vec!["--since".into(), "7d".into()]].concat());
    for args in digests.chain(printed("export")).chain([vec!["report".into(), "-".into()]]) {
        all.push((args.join(" "), unfolded(&world.presswatch(&args).expect(0).stdout)));
    }
    for (name, _) in formats("export").iter().filter(|(_, meaning)| meaning.contains("needs --output")) {
        let file = format!("coverage.{name}");
        world.presswatch(&["export", "--format", name, "--output", &file]).expect(0);
        // They are ZIP files; where there is no unzip the other formats must do.
        if let Ok(done) = Command::new("unzip").arg("-p").arg(world.path(&file)).output() {
            assert!(done.status.success(), "{file} is no ZIP file: unpack it here");
            all.push((format!("export --format {name}"), String::from_utf8_lossy(&done.stdout).into_owned()));
        }
    }
    all
}

/// Undoes the folding of vCard and iCalendar (a line end and a blank) and of mail (`=` and a line end), which may divide a word.
pub fn unfolded(text: &str) -> String {
    text.replace("\r\n ", "").replace("\r\n\t", "").replace("=\n", "")
}

/// Whether it is read as markup: an XML document, a page, a piece of one.
pub fn is_markup(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// What separates the cells of a table, which has the names of its columns in the first line.
pub fn separator(text: &str) -> Option<char> {
    let head = text.trim_start_matches('\u{feff}').lines().next()?;
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    [',', ';', '\t'].into_iter().find(|separator| head.contains(*separator) && head.split(*separator).all(is_name))
}

#[test]
fn the_formats_are_read_from_the_help() {
    let names = |command: &str| formats(command).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert!(names("export").starts_with(&["csv", "jsonl", "xlsx"].map(str::to_owned)), "{:?}", names("export"));
    assert!(names("digest").ends_with(&["eml".to_owned()]), "{:?}", names("digest"));
    assert_eq!(names("search"), ["text", "json"]);
    assert_eq!(printed("export").len() + 1, names("export").len(), "all but xlsx");
    // Whatever the help says, the program refuses the others, so that none is forgotten by its wording.
    let wrong = World::empty().presswatch(&["export", "--format", "?"]).expect(2).stderr;
    assert!(wrong.contains(&format!("[possible values: {}]", names("export").join(", "))), "{wrong}");
}
