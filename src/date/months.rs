//! The months by their names in the languages of the press: a list to extend.

use std::{collections::HashSet, sync::LazyLock};

use crate::text::fold::fold;

/// Language (ISO 639-1) and its months from January on, with their case endings and the short forms that are no beginnings;
/// alternatives stand between bars.
#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    ("en", "january february march april may june july august september october november december"),
    ("nl", "januari februari maart|mrt april mei juni juli augustus september oktober november december"),
    ("fr", "janvier|janv février|févr mars avril mai juin juillet|juil août|aout septembre|sept octobre novembre décembre"),
    ("de", "januar|jänner|jaenner februar|feber märz|maerz|mrz april mai juni juli august september oktober november dezember"),
    ("es", "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre"),
    ("it", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    ("pt", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    ("ca", "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre"),
    ("gl", "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro"),
    ("eu", "urtarrila|urtarrilaren otsaila|otsailaren martxoa|martxoaren apirila|apirilaren maiatza|maiatzaren ekaina|ekainaren uztaila|uztailaren abuztua|abuztuaren iraila|irailaren urria|urriaren azaroa|azaroaren abendua|abenduaren"),
    ("pl", "styczeń|stycznia luty|lutego marzec|marca kwiecień|kwietnia maj|maja czerwiec|czerwca lipiec|lipca sierpień|sierpnia wrzesień|września|wrz październik|października|paź listopad|listopada grudzień|grudnia"),
    ("cs", "leden|ledna únor|února březen|března duben|dubna květen|května červen|června červenec|července srpen|srpna září říjen|října listopad|listopadu prosinec|prosince"),
    ("sk", "január|januára február|februára marec|marca apríl|apríla máj|mája jún|júna júl|júla august|augusta september|septembra október|októbra november|novembra december|decembra"),
    ("sl", "januar|januarja februar|februarja marec|marca april|aprila maj|maja junij|junija julij|julija avgust|avgusta september|septembra oktober|oktobra november|novembra december|decembra"),
    ("hr", "siječanj|siječnja veljača|veljače ožujak|ožujka travanj|travnja svibanj|svibnja lipanj|lipnja srpanj|srpnja kolovoz|kolovoza rujan|rujna listopad|listopada studeni|studenoga|studenog prosinac|prosinca"),
    ("sr", "januar|januara|јануар|јануара februar|februara|фебруар|фебруара mart|marta|март|марта april|aprila|април|априла maj|maja|мај|маја jun|juna|јун|јуна jul|jula|јул|јула avgust|avgusta|август|августа septembar|septembra|септембар|септембра oktobar|oktobra|октобар|октобра novembar|novembra|новембар|новембра decembar|decembra|децембар|децембра"),
    ("sv", "januari februari mars april maj juni juli augusti september oktober november december"),
    ("da", "januar februar marts april maj juni juli august september oktober november december"),
    ("no", "januar februar mars april mai juni juli august september oktober november desember"),
    ("fi", "tammikuu|tammikuuta helmikuu|helmikuuta maaliskuu|maaliskuuta huhtikuu|huhtikuuta toukokuu|toukokuuta kesäkuu|kesäkuuta heinäkuu|heinäkuuta elokuu|elokuuta syyskuu|syyskuuta lokakuu|lokakuuta marraskuu|marraskuuta joulukuu|joulukuuta"),
    ("et", "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember"),
    ("lv", "janvāris|janvārī|janvāra februāris|februārī|februāra marts|martā|marta aprīlis|aprīlī|aprīļa maijs|maijā|maija jūnijs|jūnijā|jūnija jūlijs|jūlijā|jūlija augusts|augustā|augusta septembris|septembrī|septembra oktobris|oktobrī|oktobra novembris|novembrī|novembra decembris|decembrī|decembra"),
    ("lt", "sausis|sausio vasaris|vasario kovas|kovo balandis|balandžio gegužė|gegužės birželis|birželio liepa|liepos rugpjūtis|rugpjūčio rugsėjis|rugsėjo spalis|spalio lapkritis|lapkričio gruodis|gruodžio"),
    ("is", "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember"),
    ("hu", "január február március április május június július augusztus szeptember október november december"),
    ("ro", "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie"),
    ("sq", "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor"),
    ("tr", "ocak şubat mart nisan mayıs|mayis haziran temmuz ağustos eylül ekim kasım|kasim aralık|aralik"),
    ("az", "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr"),
    ("id", "januari februari maret april mei juni juli agustus september oktober november desember"),
    ("ms", "januari februari mac april mei jun julai ogos september oktober november disember"),
    ("sw", "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba"),
    ("af", "januarie februarie maart april mei junie julie augustus september oktober november desember"),
    ("ru", "январь|января февраль|февраля март|марта апрель|апреля май|мая июнь|июня июль|июля август|августа сентябрь|сентября октябрь|октября ноябрь|ноября декабрь|декабря"),
    ("uk", "січень|січня лютий|лютого березень|березня квітень|квітня травень|травня червень|червня липень|липня серпень|серпня вересень|вересня жовтень|жовтня листопад|листопада грудень|грудня"),
    ("be", "студзень|студзеня люты|лютага сакавік|сакавіка красавік|красавіка май|мая|травень|траўня чэрвень|чэрвеня ліпень|ліпеня жнівень|жніўня верасень|верасня кастрычнік|кастрычніка лістапад|лістапада снежань|снежня"),
    ("bg", "януари февруари март април май юни юли август септември октомври ноември декември"),
    ("mk", "јануари февруари март април мај јуни јули август септември октомври ноември декември"),
    ("el", "ιανουάριος|ιανουαρίου φεβρουάριος|φεβρουαρίου μάρτιος|μαρτίου απρίλιος|απριλίου μάιος|μαΐου ιούνιος|ιουνίου ιούλιος|ιουλίου αύγουστος|αυγούστου σεπτέμβριος|σεπτεμβρίου οκτώβριος|οκτωβρίου νοέμβριος|νοεμβρίου δεκέμβριος|δεκεμβρίου"),
    ("ar", "يناير|كانون-الثاني|جانفي فبراير|شباط|فيفري مارس|آذار أبريل|ابريل|إبريل|نيسان|أفريل مايو|أيار|ماي يونيو|يونيه|حزيران|جوان يوليو|يوليه|تموز|جويلية أغسطس|اغسطس|آب|أوت|غشت سبتمبر|أيلول|شتنبر أكتوبر|اكتوبر|تشرين-الأول نوفمبر|تشرين-الثاني|نونبر ديسمبر|كانون-الأول|دجنبر"),
    ("fa", "ژانویه فوریه مارس آوریل|آپریل مه|می ژوئن|جون ژوئیه|جولای|جولاى اوت|آگوست سپتامبر اکتبر نوامبر دسامبر"),
    ("ur", "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر"),
    ("he", "ינואר|בינואר פברואר|בפברואר מרץ|במרץ אפריל|באפריל מאי|במאי יוני|ביוני יולי|ביולי אוגוסט|באוגוסט ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר"),
    ("hi", "जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर"),
    ("bn", "জানুয়ারি|জানুয়ারী ফেব্রুয়ারি|ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর"),
    ("ta", "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்"),
    ("th", "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"),
];

/// The months of the Iranian calendar.
#[rustfmt::skip]
const JALALI: [&str; 12] = [
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
];

struct Language {
    code: &'static str,
    months: Vec<Vec<String>>,
}

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let month = |names: &str| names.split('|').map(|name| fold(&name.replace('-', " "))).collect();
    NAMES.iter().map(|(code, months)| Language { code, months: months.split(' ').map(month).collect() }).collect()
});

/// How the names begin: nearly every word of a page is told here to be no month.
static BEGINNINGS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let names = LANGUAGES.iter().flat_map(|language| language.months.iter().flatten());
    names.map(|name| beginning(name)).collect()
});

/// Three letters, the fewest that name a month; all of a shorter word.
fn beginning(word: &str) -> &str {
    word.char_indices().nth(3).and_then(|(at, _)| word.get(..at)).unwrap_or(word)
}

/// The month (1 to 12) that a folded word names, first in the page's own language, then in English, then in any.
pub fn named(word: &str, language: &str) -> Option<i64> {
    if !BEGINNINGS.contains(beginning(word)) {
        return None;
    }
    let of = |code: &str| LANGUAGES.iter().find(|language| language.code == code).and_then(|own| own.month(word));
    let exact = || LANGUAGES.iter().find_map(|language| language.exact(word));
    let any = || LANGUAGES.iter().find_map(|language| language.month(word));
    of(language).or_else(|| of("en")).or_else(exact).or_else(any)
}

static FOLDED_JALALI: LazyLock<Vec<String>> = LazyLock::new(|| JALALI.iter().map(|name| fold(name)).collect());

/// The month of the Iranian calendar that a folded word names.
pub fn iranian(word: &str) -> Option<i64> {
    let nth = FOLDED_JALALI.iter().position(|name| name == word)?;
    i64::try_from(nth + 1).ok()
}

impl Language {
    fn exact(&self, word: &str) -> Option<i64> {
        let nth = self.months.iter().position(|names| names.iter().any(|name| name == word))?;
        i64::try_from(nth + 1).ok()
    }

    /// A whole name, or the beginning of one month's name alone; three letters at least.
    fn month(&self, word: &str) -> Option<i64> {
        if let Some(month) = self.exact(word) {
            return Some(month);
        }
        word.chars().nth(2)?;
        let begins = |names: &Vec<String>| names.iter().any(|name| name.starts_with(word));
        let mut fitting = self.months.iter().enumerate().filter(|(_, names)| begins(names));
        let (nth, _) = fitting.next()?;
        if fitting.next().is_some() { None } else { i64::try_from(nth + 1).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_twelve_months_that_differ() {
        for language in LANGUAGES.iter() {
            assert_eq!(language.months.len(), 12, "{}", language.code);
            for (month, names) in (1..).zip(&language.months) {
                for name in names {
                    assert_eq!(named(name, language.code), Some(month), "{} {name}", language.code);
                }
            }
        }
    }

    #[test]
    fn the_pages_own_language_comes_first() {
        for (word, language, expected) in [
            ("listopada", "hr", Some(10)),
            ("listopada", "pl", Some(11)),
            ("mai", "nl", Some(5)),
            ("dec", "de", Some(12)),
            ("dez", "de", Some(12)),
            ("mar", "fr", Some(3)),
            ("ma", "fr", None),
            ("ju", "en", None),
            ("jul", "", Some(7)),
            ("sept", "", Some(9)),
            ("mayor", "en", None),
            ("paz", "pl", Some(10)),
        ] {
            assert_eq!(named(word, language), expected, "{word} {language}");
        }
        assert_eq!(iranian("مهر"), Some(7));
    }
}
