//! Links between the documents lead somewhere, and the site has every page.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{read, root};

/// The Markdown files of the repository, by their paths.
fn pages() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["", "docs/", "fuzz/", ".github/", "tests/fixtures/stories/"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") {
                found.push(format!("{folder}{name}"));
            }
        }
    }
    assert!(found.len() > 15, "{found:?}");
    found
}

/// The links of a page.
fn links(text: &str) -> Vec<String> {
    Parser::new_ext(text, pulldown_cmark::Options::ENABLE_TABLES)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
            _ => None,
        })
        .collect()
}

/// The anchors of a page's headings, as GitHub and mdBook write them.
fn anchors(text: &str) -> BTreeSet<String> {
    let (mut found, mut heading) = (BTreeSet::new(), None::<String>);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => heading.iter_mut().for_each(|heading| heading.push_str(&text)),
            Event::End(TagEnd::Heading(_)) => {
                let words = heading.take().unwrap_or_default().to_lowercase().replace(' ', "-");
                found.insert(words.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect());
            }
            _ => {}
        }
    }
    found
}

/// The path without `.` and `..`; `None` if it leaves the repository.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => parts.pop().then_some(())?,
            Component::CurDir => {}
            part => parts.push(part),
        }
    }
    Some(parts)
}

/// What is wrong with a link of a page.
fn broken(page: &str, text: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = match target {
        "" => PathBuf::from(page),
        target => inside(&Path::new(page).parent().unwrap().join(target))?,
    };
    if !root().join(&path).exists() {
        return Some(format!("{page}: {link}: there is no {}", path.display()));
    }
    let other = if target.is_empty() {
        text.to_owned()
    } else {
        std::fs::read_to_string(root().join(&path)).unwrap_or_default()
    };
    (!anchor.is_empty() && !anchors(&other).contains(anchor))
        .then(|| format!("{page}: {link}: {} has no such heading", path.display()))
}

#[test]
fn broken_links_are_found() {
    let text = "# A *b* `c`: d?\n[x](#a-b-c-d) [y](#a) [z](../nowhere.md) [w](https://a.example/)\n";
    assert_eq!(links(text).len(), 4);
    let wrong: Vec<String> = links(text).iter().filter_map(|link| broken("docs/sources.md", text, link)).collect();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    // The pages of the site's table of contents lie in one folder: `scripts/site` checks it.
    for page in pages().into_iter().filter(|page| page != "docs/SUMMARY.md") {
        let text = read(&page);
        wrong.extend(links(&text).iter().filter_map(|link| broken(&page, &text, link)));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_site_has_every_page_once() {
    let shown = links(&read("docs/SUMMARY.md"));
    let unique: BTreeSet<&str> = shown.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), shown.len(), "a page stands twice in docs/SUMMARY.md");
    let expected: Vec<String> = pages()
        .into_iter()
        .filter_map(|page| match page.as_str() {
            "README.md" => Some("index.md".to_owned()),
            "docs/SUMMARY.md" => None,
            page if page.contains('/') => page.strip_prefix("docs/").map(str::to_owned),
            _ => Some(page),
        })
        .collect();
    assert_eq!(unique, expected.iter().map(String::as_str).collect());
}
