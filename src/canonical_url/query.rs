//! Query parameters: which name the article and which only say where the reader came from.

use super::{escape, names_article};
use url::Url;

/// Beginnings of names that web statistics own.
const PREFIXES: &[&str] = &[
    "utm_",
    "utm-",
    "mtm_",
    "pk_",
    "piwik_",
    "matomo_",
    "hsa_",
    "oly_",
    "vero_",
    "at_",
    "itm_",
    "mkt_",
    "ns_",
    "mc_",
    "_hs",
    "__hs",
    "ga_",
    "fb_",
    "cm_mmc",
    "wt_mc",
    "wt.mc",
    "wt_z",
    "trk_",
    "gad_",
    "guce_",
    "aspsessionid",
    "__cf_chl_",
    "stm_",
    "int_cmp",
    "ml_subscriber",
    "hmb_",
    "xt_",
    "amp_",
];

/// Names that only ever follow a reader: click ids, campaigns, newsletters, sessions.
const NAMES: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "ysclid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "rdt_cid",
    "epik",
    "sccid",
    "irclickid",
    "irgwc",
    "clickid",
    "click_id",
    "mibextid",
    "igsh",
    "igshid",
    "sfnsn",
    "extid",
    "ocid",
    "cvid",
    "xtor",
    "xtref",
    "xtcr",
    "xts",
    "smid",
    "smtyp",
    "ncid",
    "icid",
    "intcid",
    "int_source",
    "int_medium",
    "int_campaign",
    "s_cid",
    "ss_cid",
    "s_kwcid",
    "ef_id",
    "cmpid",
    "cmp_id",
    "campaign_id",
    "campaignid",
    "adgroupid",
    "ito",
    "ftag",
    "taid",
    "sr_share",
    "dicbo",
    "tblci",
    "obclickid",
    "oborigurl",
    "outbrainclickid",
    "guccounter",
    "usqp",
    "aoh",
    "mkt_tok",
    "trk",
    "trkcampaign",
    "vgo_ee",
    "_openstat",
    "__twitter_impression",
    "zanpid",
    "partnerid",
    "wickedid",
    "wprov",
    "spm",
    "ref_src",
    "ref_url",
    "refsrc",
    "share_from",
    "link_source",
    "sharedfrom",
    "replytocom",
    "phpsessid",
    "jsessionid",
    "sessionid",
    "session_id",
    "sessid",
    "cfid",
    "cftoken",
    "oscsid",
    "zenid",
    "_sid_",
    "noamp",
    "_ga",
    "_gl",
    "_gac",
    "sc_campaign",
    "sc_channel",
    "sc_country",
    "sc_cid",
    "sc_src",
    "sc_lid",
    "sc_uid",
    "sc_eh",
    "isamp",
    "_amp",
    "ns_mchannel",
    "rb_clickid",
    "ck_subscriber_id",
    "nb_klid",
    "bsft_clkid",
    "bsft_eid",
    "bsft_uid",
    "ei_source",
    "rssfeed",
    "wt_zmc",
    "cx_testid",
    "cx_testvariant",
    "cx_artpos",
    "cx_navsource",
];

/// Names that follow a reader on one site and choose the page on another: dropped where the path already names an
/// article, and never when their value could be a number.
const UNSURE: &[&str] = &[
    "source",
    "src",
    "from",
    "via",
    "campaign",
    "cmp",
    "medium",
    "origin",
    "partner",
    "feed",
    "referrer",
    "referer",
    "xcust",
    "cn",
    "share",
    "sharetype",
    "nl",
    "newsletter",
    "rss",
    "originalreferer",
    "originalsource",
    "mediapartner",
    "link_id",
    "position",
    "placement",
    "recommended_by",
];

/// The query of an address: parameters that may name the article, in one order and spelling, without a `?`.
/// `last` is the last segment of the path.
pub(super) fn spell(url: &Url, last: &str) -> String {
    let Some(query) = url.query() else { return String::new() };
    let host = url.host_str().unwrap_or_default();
    let mut kept: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = escape::query_part(without_entity(name));
            let value = escape::query_part(value);
            let nothing = name.is_empty() && value.is_empty();
            (!nothing && !follows_reader(&name, &value, host, last)).then_some((name, value))
        })
        .collect();
    kept.sort();
    kept.dedup();
    let spelled = kept.into_iter().map(|(name, value)| if value.is_empty() { name } else { format!("{name}={value}") });
    spelled.collect::<Vec<_>>().join("&")
}

/// `a=1&amp;b=2` was copied out of HTML source.
fn without_entity(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("amp;") {
        name = rest;
    }
    name
}

fn follows_reader(name: &str, value: &str, host: &str, last: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.as_str();
    let value_lower = value.to_ascii_lowercase();
    match name {
        "amp" => return matches!(value_lower.as_str(), "" | "1" | "true" | "0" | "false"),
        "outputtype" | "output" | "view" | "format" | "mode" if value_lower == "amp" => return true,
        // A search engine's news links end in `?oc=5`; elsewhere the name is free for anything.
        "oc" => return host.starts_with("news.google."),
        // Forum engines put a session into these; other sites the number of a story.
        "sid" | "s" => return value.len() >= 16 && value.bytes().all(|b| b.is_ascii_hexdigit()),
        // What scripts add against caches: a time in milliseconds.
        "_" => return value.len() >= 10 && value.bytes().all(|b| b.is_ascii_digit()),
        "print" => return matches!(value_lower.as_str(), "" | "1" | "true" | "print"),
        "ref" => return !is_number(value) && !is_script(last),
        _ => {}
    }
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || NAMES.contains(&name)
        || (UNSURE.contains(&name) && names_article(last) && !is_number(value))
}

/// Mostly digits, so that it may count or name something.
fn is_number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && digits * 2 >= value.len()
}

/// A page that learns from its parameters what to show.
fn is_script(last: &str) -> bool {
    let extension = last.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["php", "asp", "aspx", "cgi", "jsp", "pl", "cfm", "do"].iter().any(|e| extension.eq_ignore_ascii_case(e))
        && !names_article(last)
}
