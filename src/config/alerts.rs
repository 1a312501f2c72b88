//! `[[alert]]`: which watches are reported to whom.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use jiff::civil::Time;
use toml::de::DeValue;

use crate::alert::{Alert, AlertKind, MessageRate, Only, QuietHours, Receiver, SecretPlace, Template};
use crate::query::Watch;
use crate::text::suggest::nearest;

use super::keys::ALERT;
use super::problem::{Flaw, shown};
use super::reader::{SpannedText, Table, TableReader, Value};
use super::{link, settings};

const SECRET: &str = "\"env:NAME\" or \"file:PATH\"";
const QUIET: &str = "hours of the day, such as \"22:00-07:00\"";
const RATE: &str = "a number of messages and a time, such as \"10/h\", \"3/m\" or \"50/d\"";
/// The most messages of a rate.
const MOST_MESSAGES: u32 = 1_000;
/// Keys whose values are no secrets, whatever stands there.
const OPEN_KEYS: [&str; 9] = ["name", "watches", "groups", "kind", "template", "only", "quiet", "at_most", "room"];

/// `watches`: those of the configuration; `path`: the file, against whose folder paths are resolved.
pub(super) fn alert(reader: &mut TableReader<'_>, value: &Value<'_>, watches: &[Watch], path: &Path) -> Option<Alert> {
    let table = Table::new(value, &ALERT)?;
    conceal(reader, &table);
    reader.unknown_keys(&table);
    let name = super::name(reader, &table);
    let watches = watched(reader, &table, watches);
    let kind = kind(reader, &table);
    let only = reader.read(&table, "only", "\"first of a story\" or \"every mention\"", only);
    let quiet = reader.read(&table, "quiet", QUIET, quiet);
    let at_most = reader.read(&table, "at_most", RATE, rate);
    let [secret, token] = ["secret", "token"].map(|key| {
        let text = plain_text(reader, &table, key, SECRET)?;
        let place = secret_place(text.value, path);
        if place.is_none() {
            let flaw = Flaw::new(format!("`{key}` is not where a secret stands"))
                .expected(SECRET)
                .hint(Some("put the secret into a variable or a file of its own, which only you can read".to_owned()));
            reader.note(text.span, flaw);
        }
        place
    });
    let kind = kind?;
    let to = receiver(reader, &table, kind, path);
    let room = reader.read(&table, "room", "the id of a room, such as \"!abc:example.org\"", |text| {
        let sound = text.starts_with('!') && !text.contains(char::is_whitespace) && text.len() <= 255;
        let flaw = Flaw::new("this is not the id of a room").expected("an id such as \"!abc:example.org\"");
        let hint = text.starts_with('#').then(|| "`#…` is an alias: the room's settings show its id".to_owned());
        if sound { Ok(text.to_owned()) } else { Err(flaw.hint(hint)) }
    });
    let priority = reader.number(&table, "priority", &(1..=5)).and_then(|number| u8::try_from(number).ok());
    let template = reader.read(&table, "template", "a text with {{ title }}, {{ text }} and the like", |text| {
        Template::of_kind(kind, text).map_err(|flaw| {
            let wrong = Flaw::new(format!("this template cannot be used: {}", shown(&flaw.message)));
            Flaw { at: flaw.at, ..wrong.expected("a template, as docs/alerts.md describes") }
        })
    });
    belongs(reader, &table, kind);
    if kind == AlertKind::Matrix {
        for (key, what) in [("room", "`room = \"!abc:example.org\"`"), ("token", "`token = \"env:MATRIX_TOKEN\"`")] {
            if table.lacks(&[key]) {
                let flaw =
                    Flaw::new(format!("{} has no `{key}`", table.title)).expected(format!("{what} in this table"));
                reader.missing(table.span.clone(), flaw);
            }
        }
    }
    Some(Alert {
        name: name?,
        watches,
        kind,
        to: to?,
        secret,
        token,
        room,
        priority,
        template,
        only: only.unwrap_or_default(),
        quiet,
        at_most,
    })
}

/// Hides whatever may be a secret in the lines that errors show.
fn conceal(reader: &mut TableReader<'_>, table: &Table<'_>) {
    for (key, value) in table.entries {
        let name: &str = key.get_ref();
        if OPEN_KEYS.contains(&name) {
            continue;
        }
        let texts: Vec<(&str, Range<usize>)> = match value.get_ref() {
            DeValue::String(text) => vec![(text, value.span())],
            DeValue::Array(array) => {
                array.iter().filter_map(|one| Some((one.get_ref().as_str()?, one.span()))).collect()
            }
            _ => {
                reader.conceal(value.span());
                continue;
            }
        };
        for (text, span) in texts {
            if text.starts_with("env:") || text.starts_with("file:") {
                continue;
            }
            // The host of an address is needed to see what is wrong with it.
            let open = text.find("://").map_or(0, |at| {
                let host = at + "://".len();
                let end = text[host..].find(['/', '?', '#']).map_or(text.len(), |end| host + end);
                text[host..end].rfind('@').map_or(end, |_| host)
            });
            reader.conceal((span.start + 1 + open).min(span.end)..span.end.saturating_sub(1));
        }
    }
}

/// A string, of which no message shows what stands there.
fn plain_text<'t>(
    reader: &mut TableReader<'_>,
    table: &Table<'t>,
    key: &str,
    expected: &str,
) -> Option<SpannedText<'t>> {
    let value = table.entries.get(key)?;
    if value.get_ref().as_str().is_none() {
        reader.note(value.span(), Flaw::new(format!("`{key}` in {} is not a string", table.title)).expected(expected));
        return None;
    }
    reader.text(table, key, expected)
}

/// The names of the watches of an alert: those of `watches` and of `groups`, or all.
fn watched(reader: &mut TableReader<'_>, table: &Table<'_>, watches: &[Watch]) -> Vec<String> {
    let names: Vec<&str> = watches.iter().map(|watch| watch.name.as_str()).collect();
    let mut groups: Vec<&str> = watches.iter().filter_map(|watch| watch.group.as_deref()).collect();
    groups.dedup();
    let mut wanted: Vec<String> = Vec::new();
    for (key, what, known) in [("watches", "watch", &names), ("groups", "group", &groups)] {
        for text in reader.texts(table, key, &format!("names of {key}")) {
            check_known(reader, &text, what, known);
            let is_wanted = |watch: &&Watch| match key {
                "watches" => watch.name == text.value,
                _ => watch.group.as_deref() == Some(text.value),
            };
            for watch in watches.iter().filter(is_wanted) {
                if !wanted.contains(&watch.name) {
                    wanted.push(watch.name.clone());
                }
            }
        }
        let is_empty =
            table.entries.get(key).and_then(|value| value.get_ref().as_array()).is_some_and(|a| a.is_empty());
        if is_empty && let Some(value) = table.entries.get(key) {
            let flaw = Flaw::new(format!("`{key}` is empty"))
                .expected(format!("the name of a {what}"))
                .hint(Some("without `watches` and `groups` an alert reports every watch".to_owned()));
            reader.note(value.span(), flaw);
        }
    }
    if table.lacks(&["watches", "groups"]) { names.into_iter().map(str::to_owned).collect() } else { wanted }
}

fn check_known(reader: &mut TableReader<'_>, text: &SpannedText<'_>, what: &str, known: &[&str]) {
    if known.contains(&text.value) || reader.is_full() {
        return;
    }
    let near = nearest(text.value, known.iter().copied()).map(|near| format!("did you mean \"{}\"?", shown(near)));
    let few: Vec<String> = known.iter().take(6).map(|name| format!("\"{}\"", shown(name))).collect();
    let expected = match few.as_slice() {
        [] if what == "group" => "the `group` of a [[watch]]; none has one".to_owned(),
        [] => "the name of a [[watch]]; there is none yet".to_owned(),
        [only] => only.clone(),
        few if known.len() <= few.len() => format!("one of {}", few.join(", ")),
        few => format!("the name of a {what}, such as {}", few.join(", ")),
    };
    let flaw = Flaw::new(format!("there is no {what} \"{}\"", shown(text.value))).expected(expected).hint(near);
    reader.missing(text.span.clone(), flaw);
}

fn kind(reader: &mut TableReader<'_>, table: &Table<'_>) -> Option<AlertKind> {
    let names = AlertKind::ALL.map(|kind| format!("\"{}\"", kind.name())).join(", ");
    let expected = format!("one of {names}");
    if table.lacks(&["kind"]) {
        let flaw = Flaw::new(format!("{} has no `kind`", table.title)).expected(format!("`kind = …`, {expected}"));
        reader.missing(table.span.clone(), flaw);
    }
    reader.read(table, "kind", &expected, |text| {
        AlertKind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let meant = match text.to_lowercase().as_str() {
                "http" | "https" | "post" | "json" | "discord" => Some("webhook"),
                "mattermost" | "rocketchat" | "rocket.chat" => Some("slack"),
                "msteams" | "microsoft teams" => Some("teams"),
                "mail" | "email" | "e-mail" | "script" | "exec" | "apprise" | "sendmail" => Some("command"),
                "element" => Some("matrix"),
                lower => nearest(lower, AlertKind::ALL.map(AlertKind::name)),
            };
            Flaw::new(format!("there is no kind \"{}\" of alerts", shown(text)))
                .expected(&expected)
                .hint(meant.map(|meant| format!("did you mean \"{meant}\"?")))
        })
    })
}

/// Reports keys that mean nothing for a kind.
fn belongs(reader: &mut TableReader<'_>, table: &Table<'_>, kind: AlertKind) {
    let of = |key: &str| -> &'static [AlertKind] {
        match key {
            "secret" => &[AlertKind::Webhook],
            "token" => &[AlertKind::Ntfy, AlertKind::Webhook, AlertKind::Matrix],
            "room" => &[AlertKind::Matrix],
            "priority" => &[AlertKind::Ntfy],
            _ => &AlertKind::ALL,
        }
    };
    for (key, _) in table.entries {
        let name: &str = key.get_ref();
        let kinds = of(name);
        if kinds.contains(&kind) {
            continue;
        }
        let names: Vec<String> = kinds.iter().map(|kind| format!("\"{}\"", kind.name())).collect();
        let flaw = Flaw::new(format!("`{name}` means nothing for kind \"{}\"", kind.name()))
            .expected(format!("it only with kind {}", names.join(" or ")));
        reader.note(key.span(), flaw);
    }
}

fn receiver(reader: &mut TableReader<'_>, table: &Table<'_>, kind: AlertKind, path: &Path) -> Option<Receiver> {
    let expected = match kind {
        AlertKind::Ntfy => {
            "the address of a topic, such as \"https://ntfy.sh/my-topic\", or where it stands: \"env:NAME\""
        }
        AlertKind::Matrix => "the address of the home server, such as \"https://matrix.example.org\"",
        AlertKind::Command => "a program and its arguments, such as [\"notify-send\", \"Press\"]",
        _ => "an address, or where it stands: \"env:NAME\" or \"file:PATH\"",
    };
    if table.lacks(&["to"]) {
        let flaw = Flaw::new(format!("{} has no `to`", table.title)).expected(format!("`to = …`: {expected}"));
        reader.missing(table.span.clone(), flaw);
    }
    if kind == AlertKind::Command {
        return command(reader, table, expected, path);
    }
    let text = plain_text(reader, table, "to", expected)?;
    if let Some(place) = secret_place(text.value, path) {
        return Some(Receiver::Secret(place));
    }
    let Ok(url) = link::address(text.value) else {
        // The address itself may be the secret: it is not quoted.
        reader.note(text.span, Flaw::new("`to` is not an address").expected(expected));
        return None;
    };
    if !url.username().is_empty() || url.password().is_some() {
        let flaw = Flaw::new("`to` has a name or a password")
            .expected("an address without them")
            .hint(Some("put the whole address into a variable: `to = \"env:NAME\"`".to_owned()));
        reader.note(text.span, flaw);
        return None;
    }
    let has_topic = url.path_segments().and_then(|mut parts| parts.next_back()).is_some_and(|last| !last.is_empty());
    if kind == AlertKind::Ntfy && !has_topic {
        reader.note(text.span, Flaw::new("the address has no topic at its end").expected(expected));
        return None;
    }
    Some(Receiver::Url(url))
}

/// A program by its path, or with arguments. No shell reads it.
fn command(reader: &mut TableReader<'_>, table: &Table<'_>, expected: &str, path: &Path) -> Option<Receiver> {
    let value = table.entries.get("to")?;
    let mut words: Vec<String> = match value.get_ref() {
        DeValue::String(program) => {
            if program.contains(char::is_whitespace) && !program.contains('/') {
                let words: Vec<String> =
                    program.split_whitespace().map(|word| format!("\"{}\"", shown(word))).collect();
                let flaw = Flaw::new("no shell reads this")
                    .expected(expected)
                    .hint(Some(format!("write `to = [{}]`", words.join(", "))));
                reader.note(value.span(), flaw);
                return None;
            }
            vec![program.to_string()]
        }
        _ => reader.texts(table, "to", "words").into_iter().map(|text| text.value.to_owned()).collect(),
    };
    if words.first().is_none_or(|program| program.trim().is_empty()) {
        reader.note(value.span(), Flaw::new("`to` names no program").expected(expected));
        return None;
    }
    if words.iter().any(|word| word.contains('\0')) {
        reader.note(value.span(), Flaw::new("`to` has a NUL character").expected(expected));
        return None;
    }
    let program = words.first_mut()?;
    if program.contains('/') {
        *program = settings::beside(path, program).to_string_lossy().into_owned();
        // A path without a folder would be looked for on PATH.
        if !program.contains('/') {
            program.insert_str(0, "./");
        }
    }
    Some(Receiver::Command(words))
}

fn secret_place(text: &str, path: &Path) -> Option<SecretPlace> {
    if let Some(name) = text.strip_prefix("env:") {
        let sound = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        return sound.then(|| SecretPlace::Variable(name.to_owned()));
    }
    let file = text.strip_prefix("file:").filter(|file| !file.trim().is_empty() && !file.contains('\0'))?;
    Some(SecretPlace::File(settings::beside(path, file)))
}

fn only(text: &str) -> Result<Only, Flaw> {
    Only::ALL.into_iter().find(|only| only.name() == text).ok_or_else(|| {
        let near = match text.to_lowercase().as_str() {
            "first" | "story" | "stories" => Some(Only::FirstOfStory.name()),
            "every" | "all" | "mention" | "mentions" => Some(Only::EveryMention.name()),
            lower => nearest(lower, Only::ALL.map(Only::name)),
        };
        Flaw::new(format!("\"{}\" is not what an alert can be limited to", shown(text)))
            .expected("\"first of a story\" or \"every mention\"")
            .hint(near.map(|near| format!("did you mean \"{near}\"?")))
    })
}

fn quiet(text: &str) -> Result<QuietHours, Flaw> {
    let flaw = || Flaw::new(format!("\"{}\" are not hours of the day", shown(text))).expected(QUIET);
    let (from, until) = text.split_once(['-', '–']).ok_or_else(flaw)?;
    let [from, until] = [from, until].map(|part| clock_time(part.trim()));
    let quiet = QuietHours { from: from.ok_or_else(flaw)?, until: until.ok_or_else(flaw)? };
    if quiet.from == quiet.until {
        return Err(Flaw::new("the hours begin and end at the same time").expected(QUIET));
    }
    Ok(quiet)
}

/// `7:00`, `07:30`, `24:00`; minutes may be left out.
fn clock_time(text: &str) -> Option<Time> {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i8>().ok()).flatten();
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?);
    if (hours, minutes) == (24, 0) { Some(Time::midnight()) } else { Time::new(hours, minutes, 0, 0).ok() }
}

fn rate(text: &str) -> Result<MessageRate, Flaw> {
    let flaw = || Flaw::new(format!("\"{}\" is not a number of messages in a time", shown(text))).expected(RATE);
    let (number, unit) = text.split_once('/').ok_or_else(flaw)?;
    let number: u32 = number.trim().parse().map_err(|_| flaw())?;
    let minutes = match unit.trim() {
        "m" | "min" | "minute" => 1,
        "h" | "hour" => 60,
        "d" | "day" => 24 * 60,
        _ => return Err(flaw()),
    };
    if !(1..=MOST_MESSAGES).contains(&number) {
        let flaw = Flaw::new(format!("\"{}\" is out of range", shown(text)));
        return Err(flaw.expected(format!("1 to {MOST_MESSAGES} messages")));
    }
    Ok(MessageRate { messages: number, within: Duration::from_mins(minutes) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

    use std::path::Path;

    use crate::alert::{AlertKind, Only, Receiver};
    use crate::config::{Config, parse_all};

    const WATCHES: &str =
        "[[watch]]\nname = 'Iran'\ngroup = 'Abroad'\nquery = 'iran*'\n[[watch]]\nname = 'Air'\nquery = 'air'\n";

    fn read(alert: &str) -> Result<Config, String> {
        let text = format!("{WATCHES}[[alert]]\nname = 'desk'\n{alert}\n");
        let path = Path::new("/etc/press/sources.toml");
        parse_all(&text, path, &[])
            .map_err(|faulty| faulty.iter().map(|f| f.problems.render(&f.path, &f.text, false).to_string()).collect())
    }

    #[test]
    fn every_key_of_an_alert_is_read() {
        let config = read(
            "watches = ['Air']\ngroups = ['Abroad']\nkind = 'webhook'\nto = 'https://hooks.example/press'\nsecret = 'env:HOOK_SECRET'\n\
             token = 'file:keys/token'\nonly = 'first of a story'\nquiet = '22:00-07:00'\nat_most = '10/h'\ntemplate = '{\"t\": {{ title }}}'",
        )
        .unwrap_or_else(|e| panic!("{e}"));
        let alert = &config.alerts[0];
        assert_eq!(
            (alert.watches.as_slice(), alert.kind),
            (&["Air".to_owned(), "Iran".into()][..], AlertKind::Webhook)
        );
        assert_eq!(alert.token.as_ref().unwrap().to_string(), "file:/etc/press/keys/token");
        assert_eq!((alert.only, alert.at_most.unwrap().messages), (Only::FirstOfStory, 10));
        assert!(alert.quiet.is_some() && alert.template.is_some());
        let config = read("kind = 'command'\nto = ['./notify.sh', '-x']").unwrap();
        assert_eq!(config.alerts[0].to, Receiver::Command(vec!["/etc/press/./notify.sh".into(), "-x".into()]));
        assert_eq!(config.alerts[0].watches, ["Iran", "Air"], "without watches, of all");
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_write() {
        let hook = "kind = 'webhook'\nto = 'https://hooks.example/press'\n";
        for (alert, says) in [
            (format!("{hook}watches = ['Iram']"), "did you mean \"Iran\"?"),
            (format!("{hook}groups = ['Abroat']"), "there is no group \"Abroat\""),
            (format!("{hook}watches = []"), "`watches` is empty"),
            (format!("{hook}secret = 'whsec_QUJDREVG'"), "\"env:NAME\" or \"file:PATH\""),
            (format!("{hook}quiet = '22:00'"), "such as \"22:00-07:00\""),
            (format!("{hook}quiet = '07:00-07:00'"), "begin and end at the same time"),
            (format!("{hook}at_most = '10'"), "such as \"10/h\""),
            (format!("{hook}at_most = '0/h'"), "1 to 1000 messages"),
            (format!("{hook}only = 'first'"), "did you mean \"first of a story\"?"),
            (format!("{hook}template = '{{{{ titel }}}}'"), "^^^^^"),
            (format!("{hook}room = '!a:b'"), "`room` means nothing for kind \"webhook\""),
            (format!("{hook}url = 'https://x.example/SECRET'"), "did you mean `to`?"),
            ("kind = 'mail'\nto = 'a'".into(), "did you mean \"command\"?"),
            ("to = 'https://a.example/'".into(), "has no `kind`"),
            ("kind = 'webhook'".into(), "has no `to`"),
            ("kind = 'webhook'\nto = 'hooks.example/SECRET'".into(), "`to` is not an address"),
            ("kind = 'webhook'\nto = 'https://me:SECRET@hooks.example/'".into(), "a name or a password"),
            ("kind = 'ntfy'\nto = 'https://ntfy.sh/'".into(), "no topic"),
            ("kind = 'matrix'\nto = 'https://m.example'".into(), "has no `room`"),
            ("kind = 'command'\nto = 'mail -s Press'".into(), "write `to = [\"mail\", \"-s\", \"Press\"]`"),
            ("kind = 'webhook'\nto = ['https://h.example/SECRET']".into(), "is not a string"),
            ("kind = 'webhook'\nto = 'https://h.example/x'\ntoken = 'SECRET'\nquiet = 'x'".into(), "not hours"),
            ("kind = 'webhook'\nto = 'https://h.example/x'\ntoken = 123456".into(), "is not a string"),
            ("kind = 'webhook'\nto = 'https://h.example/x'\ntokn = 'SECRET'".into(), "did you mean `token`?"),
            ("kind = 'slack'\nto = 'https://h.example/SECRET/x y'".into(), "`to` is not an address"),
        ] {
            let shown = read(&alert).map(|_| ()).unwrap_err();
            let says = if says.contains("hours") { "are not hours of the day" } else { says };
            assert!(shown.contains(says), "{alert}\n{shown}");
            for secret in ["SECRET", "QUJD", "123456"] {
                assert!(!shown.contains(secret), "{alert}\n{shown}");
            }
        }
    }

    #[test]
    fn names_of_alerts_are_unique() {
        let two = "kind = 'webhook'\nto = 'env:A'\n[[alert]]\nname = 'desk'\nkind = 'webhook'\nto = 'env:B'";
        assert!(read(two).unwrap_err().contains("two alerts are named \"desk\""));
    }
}
