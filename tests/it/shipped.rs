//! The `sources.toml` that stands beside the program.

use std::path::Path;

/// All channels of its four outlets are read, and what it says of their addresses holds for real ones.
#[test]
fn the_shipped_sources_are_valid() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sources.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let config = match presswatch::config::parse(&text, &path) {
        Ok(config) => config,
        Err(problems) => panic!("{}", problems.render(&path, &text, false)),
    };
    let names: Vec<_> = config.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["BRUZZ", "La Libre", "RTL Info", "MSN"]);
    let kinds = |at: usize| config.sources[at].channels.iter().map(|c| c.kind.plain().name()).collect::<Vec<_>>();
    assert_eq!(kinds(0), ["feed", "page"]);
    assert_eq!(kinds(1), ["feed", "feed", "sitemap"]);
    assert_eq!(kinds(2), ["page", "page"]);
    assert_eq!(kinds(3), ["search"]);
    let identity = |at: usize, url: &str| {
        let regex = config.sources[at].identity.clone()?;
        Some(regex.captures(url)?.get(1)?.as_str().to_owned())
    };
    let table = [
        (
            1,
            "https://www.lalibre.be/belgique/2026/10/03/un-titre-B2UFAAJMZNHEZEFQT7E2IRXCGA/",
            "B2UFAAJMZNHEZEFQT7E2IRXCGA",
        ),
        (2, "https://www.rtl.be/actu/belgique/societe/un-titre/2026-02-04/article/778774", "778774"),
        (3, "https://www.msn.com/fr-be/actualite/other/un-titre/ar-AA1sr491?ocid=x", "AA1sr491"),
        (3, "https://www.msn.com/ar-AA1sr491", "AA1sr491"),
    ];
    for (at, url, expected) in table {
        assert_eq!(identity(at, url).as_deref(), Some(expected), "{url}");
    }
    let api = config.sources[3].api.as_ref().unwrap();
    let item = url::Url::parse("https://www.msn.com/fr-be/actualite/other/un-titre/ar-AA1sr491?ocid=x").unwrap();
    assert_eq!(
        api.address(&item).map(String::from).as_deref(),
        Some("https://assets.msn.com/content/view/v2/Detail/fr-be/AA1sr491")
    );
}
