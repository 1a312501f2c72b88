//! Query parameters: which name the article and which only say where the reader came from.

use super::{escape, names_article};
use url::Url;

/// Beginnings of names that web statistics own.
const PREFIXES: &str = "utm_ utm- mtm_ piwik_ matomo_ hsa_ oly_ vero_ itm_ mkt_ _hs __hs cm_mmc wt_mc wt.mc wt_z trk_ gad_ guce_ \
    aspsessionid __cf_chl_ stm_ int_cmp ml_subscriber hmb_ amp_ _branch_ elq bsft_ cx_test cx_art cx_nav sfmc_ pk_campaign pk_kwd \
    pk_keyword pk_source pk_medium pk_content pk_cid pk_vid at_medium at_campaign at_custom at_channel at_format at_link at_bbc \
    at_ptr at_creation at_variant at_network at_platform at_general at_detail at_term at_emailtype at_recipient at_send \
    et_rid et_cid ns_campaign ns_mchannel ns_source ns_linkname ns_fee mc_cid mc_eid mc_id ga_source ga_medium ga_campaign \
    ga_content ga_term fb_action fb_ref fb_source fb_comment_id";

/// Names that only ever follow a reader, by who gave them.
const NAMES: [&str; 6] = [
    // Click ids of advertisers and networks.
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id rdt_cid epik sccid irclickid irgwc \
     clickid click_id mibextid igsh igshid sfnsn obclickid outbrainclickid dicbo tblci rb_clickid ef_id zanpid nb_klid adgroupid",
    // Campaigns and web statistics.
    "ocid cvid xtor xtref xtcr xts smid smtyp ncid icid intcid int_source int_medium int_campaign s_cid ss_cid s_kwcid cmpid \
     cmp_id campaign_id campaignid partnerid sc_campaign sc_channel sc_country sc_cid sc_src sc_lid sc_uid sc_eh ex_cid ito ftag \
     taid extid wickedid wprov spm trk trkcampaign vgo_ee trackingid tracking_id ei_source _ga _gl _gac _openstat usqp aoh",
    // Newsletters.
    "ck_subscriber_id _bhlid _kx dm_i dm_t __s rssfeed",
    // Sharing, and where the link stood.
    "ref_src ref_url refsrc share_from link_source sharedfrom sr_share reflink replytocom oborigurl guccounter \
     __twitter_impression wt_zmc unlocked_article_code sharetoken",
    // Sessions.
    "phpsessid jsessionid sessionid session_id sessid cfid cftoken oscsid zenid _sid_",
    // AMP, and the way out of it.
    "noamp isamp _amp",
];

/// Names that follow a reader on one site and choose the page on another.
const UNSURE: &str = "source src from via campaign cmp medium origin partner feed referrer referer share sharetype nl newsletter \
    originalreferer originalsource mediapartner placement recommended_by mod utm";

/// Where readers come from: what the unsure names hold when they follow one.
const ORIGINS: &str = "rss feed twitter facebook whatsapp linkedin telegram instagram reddit flipboard bluesky mastodon threads \
    mail newsletter home front push app google bing yahoo social share web mobile desktop header footer menu nav related recirc \
    reco top most widget link copy email";

fn holds(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|one| one == word)
}

/// The query of an address: parameters that may name the article, in one order and spelling, without a `?`.
/// `last` is the last segment of the path.
pub(super) fn spell(url: &Url, last: &str) -> String {
    let Some(query) = url.query() else { return String::new() };
    let host = url.host_str().unwrap_or_default();
    // Campaign tools append `?utm_…` without looking whether there is a question mark already.
    let query = query.replace("?utm_", "&utm_").replace("?fbclid=", "&fbclid=");
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
        "sid" | "s" => return matches!(value.len(), 32 | 40 | 64) && value.bytes().all(|b| b.is_ascii_hexdigit()),
        // What scripts add against caches: a time in milliseconds.
        "_" => return value.len() >= 10 && value.bytes().all(|b| b.is_ascii_digit()),
        "print" => return matches!(value_lower.as_str(), "" | "1" | "true" | "print"),
        // Blog software marks its own buttons so.
        "share" if is_origin(&value_lower) => return true,
        "ref" => return !is_number(value) && !is_script(last),
        _ => {}
    }
    PREFIXES.split_ascii_whitespace().any(|prefix| name.starts_with(prefix))
        || NAMES.iter().any(|group| holds(group, name))
        // Only where the path already names an article, and the value is a place that readers come from.
        || (holds(UNSURE, name) && names_article(last) && is_origin(&value_lower))
}

fn is_origin(value: &str) -> bool {
    !is_number(value) && (value.is_empty() || ORIGINS.split_ascii_whitespace().any(|origin| value.contains(origin)))
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
