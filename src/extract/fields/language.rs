//! The language: declared by the page, verified against its text.

use crate::text::cut::cut;
use std::{collections::HashMap, sync::LazyLock};

use whichlang::Lang;

use super::{
    findings::{Findings, Given},
    words,
};
use crate::lexicon::LANGUAGES;

/// The article's language, with the rule recorded; empty when unknown.
pub fn page_language(given: &Given, text: &str, findings: &mut Findings) -> String {
    let Given { tree, json, context, .. } = given;
    let item = context.item.map_or("", |item| item.language.as_str());
    let declared = [
        ("JSON-LD inLanguage", json.language.as_str()),
        ("html lang", tree.language.as_str()),
        ("og:locale", tree.meta(&["og:locale"]).unwrap_or("")),
        (
            "meta language",
            tree.meta(&["content-language", "language", "dc.language", "dcterms.language"]).unwrap_or(""),
        ),
        ("language of the channel", item),
        ("language of the source", context.language.unwrap_or("")),
    ];
    let (found, other) = language_of(&declared, text);
    let Some((code, rule)) = found else { return String::new() };
    findings.record("language", &rule, &code, other.map(|(code, rule)| (rule, code)));
    code
}

/// An ISO 639-1 code and the rule that found it.
type CodeAndRule = (String, String);

/// The language of a text with declared languages, and the runner-up.
///
/// The declaration stands unless the text clearly contradicts it: by its script, then by its small words. Only if
/// neither decides is a trigram detector used, because it knows sixteen languages and mistakes all others for one of
/// them.
pub fn language_of(declared: &[(&'static str, &str)], text: &str) -> (Option<CodeAndRule>, Option<CodeAndRule>) {
    let mut named = declared.iter().filter_map(|(rule, tag)| Some((language_code(tag)?, (*rule).to_owned())));
    let first = named.next();
    let letters = text.chars().take(1_200).filter(|c| c.is_alphabetic()).count();
    let counted = words::small_words(text);
    let script = language_by_script(text);
    let found = script.or_else(|| counted.language());
    let detected = found.or_else(|| if letters >= 60 { detect_by_trigrams(cut(text, 1_200)) } else { None });
    let Some(found) = detected else { return (first, named.next()) };
    let told = (found.to_owned(), "text".to_owned());
    let Some(first) = first else { return (Some(told), None) };
    let stands = if first.0 == found {
        return (Some(first), None);
    } else if script.is_some() {
        shares_script(found, &first.0)
    } else if counted.language().is_some() {
        counted.may_be(&first.0, found)
    } else {
        !is_known_code(&first.0) || is_latin(text)
    };
    if stands { (Some(first), Some(told)) } else { (Some(told), Some(first)) }
}

/// Whether two languages share the script by which the first was recognised.
fn shares_script(found: &str, declared: &str) -> bool {
    match found {
        "fa" | "ur" => matches!(declared, "ps" | "ku" | "ckb" | "sd" | "ug" | "bal" | "az"),
        "uk" => matches!(declared, "be" | "kk"),
        "bn" => declared == "as",
        "he" => declared == "yi",
        "am" => declared == "ti",
        _ => false,
    }
}

/// Whether a text is mostly in Latin letters.
fn is_latin(text: &str) -> bool {
    let letters = || text.chars().take(1_000).filter(|c| c.is_alphabetic());
    letters().filter(|c| *c < '\u{300}').count() * 2 > letters().count()
}

/// The ISO 639-1 code for a BCP 47 tag, a locale (`nl_BE`) or an English name.
pub fn language_code(tag: &str) -> Option<String> {
    static CODES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        LANGUAGES.iter().flat_map(|language| language.codes.iter().map(|other| (*other, language.code))).collect()
    });
    let tag = tag.trim().to_ascii_lowercase();
    let primary = tag.split(['-', '_', ',', ';', ' ', '/']).next().unwrap_or("");
    let is_code = primary.len() == 2 && primary.bytes().all(|b| b.is_ascii_lowercase());
    CODES.get(primary).copied().or_else(|| is_code.then_some(primary)).map(str::to_owned)
}

fn is_known_code(code: &str) -> bool {
    whichlang::LANGUAGES.iter().any(|language| iso_code(*language) == code)
}

fn detect_by_trigrams(text: &str) -> Option<&'static str> {
    (!other_script(text)).then(|| iso_code(whichlang::detect_language(text)))
}

/// A language identified by its script or by letters unique to it. A quotation in another script does not count.
fn language_by_script(text: &str) -> Option<&'static str> {
    const SCRIPTS: [(std::ops::RangeInclusive<char>, &str); 10] = [
        ('\u{370}'..='\u{3ff}', "el"),
        ('\u{590}'..='\u{5ff}', "he"),
        ('\u{530}'..='\u{58f}', "hy"),
        ('\u{10a0}'..='\u{10ff}', "ka"),
        ('\u{e00}'..='\u{e7f}', "th"),
        ('\u{980}'..='\u{9ff}', "bn"),
        ('\u{b80}'..='\u{bff}', "ta"),
        ('\u{c00}'..='\u{c7f}', "te"),
        ('\u{a80}'..='\u{aff}', "gu"),
        ('\u{1200}'..='\u{137f}', "am"),
    ];
    let mut counts = [0_usize; 10];
    let (mut arabic, mut persian, mut urdu, mut cyrillic, mut ukrainian) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    let mut plain = 0_usize;
    for c in text.chars().take(1_000).filter(|c| c.is_alphabetic()) {
        if c < '\u{300}' {
            plain += 1;
            continue;
        }
        arabic += usize::from(matches!(c, '\u{600}'..='\u{6ff}'));
        persian += usize::from(matches!(c, 'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی'));
        urdu += usize::from(matches!(c, 'ٹ' | 'ڈ' | 'ڑ' | 'ے' | 'ں' | 'ہ'));
        cyrillic += usize::from(matches!(c, '\u{400}'..='\u{4ff}'));
        ukrainian += usize::from(matches!(c, 'і' | 'ї' | 'є' | 'ґ'));
        if let Some(nth) = SCRIPTS.iter().position(|(range, _)| range.contains(&c)) {
            counts[nth] += 1;
        }
    }
    if arabic > 50.max(plain) && persian * 25 > arabic {
        return Some(if urdu * 25 > arabic { "ur" } else { "fa" });
    }
    if cyrillic > 50.max(plain) && ukrainian * 30 > cyrillic {
        return Some("uk");
    }
    counts.iter().zip(&SCRIPTS).find(|(count, _)| **count > 50.max(plain)).map(|(_, (_, code))| *code)
}

/// Whether the text is mostly in a script that the detector does not know: Greek, Hebrew, Georgian, Armenian, Thai,
/// Bengali …
fn other_script(text: &str) -> bool {
    let letters = text.chars().take(1_000).filter(|c| c.is_alphabetic());
    let (mut all, mut strange) = (0_usize, 0_usize);
    for c in letters {
        all += 1;
        strange += usize::from(matches!(c, '\u{370}'..='\u{3ff}' | '\u{530}'..='\u{5ff}' | '\u{980}'..='\u{10ff}'));
    }
    strange * 2 > all
}

fn iso_code(language: Lang) -> &'static str {
    match language {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same news in our words, in languages identified by their small words or their script.
    #[rustfmt::skip]
    const NEWS: &[(&str, &str)] = &[
        ("nl", "De gemeenteraad van de stad heeft maandagavond beslist dat er een park komt op het terrein aan het kanaal en dat de lampen niet voor de winter worden geplaatst."),
        ("fr", "Le conseil de la ville a décidé lundi soir que le parc au bord du canal sera ouvert toute la nuit et que les lampes ne seront pas installées avant l'hiver."),
        ("de", "Der Rat der Stadt hat am Montag entschieden, dass der Park am Kanal die ganze Nacht offen bleibt und dass die Lampen nicht vor dem Winter aufgestellt werden."),
        ("en", "The council of the city decided on Monday that the park by the canal will be open all night and that the lamps are not to be put up before the winter."),
        ("es", "El consejo de la ciudad decidió el lunes que el parque junto al canal estará abierto toda la noche y que las lámparas no se instalarán antes del invierno."),
        ("ca", "El consell de la ciutat ha decidit dilluns que el parc al costat del canal serà obert tota la nit i que els llums no es posaran abans de l'hivern, amb una excepció."),
        ("pt", "O conselho da cidade decidiu na segunda-feira que o parque junto ao canal ficará aberto toda a noite e que as lâmpadas não serão colocadas antes do inverno."),
        ("it", "Il consiglio della città ha deciso lunedì che il parco lungo il canale resterà aperto tutta la notte e che le lampade non saranno installate prima dell'inverno, per ora."),
        ("ro", "Consiliul orașului a decis luni că parcul de lângă canal va fi deschis toată noaptea și că lămpile nu vor fi puse până la iarnă, din cauza unui contract care este în curs."),
        ("pl", "Rada miasta zdecydowała w poniedziałek, że park nad kanałem będzie otwarty przez całą noc i że lampy nie zostaną ustawione do zimy, bo nie ma na to pieniędzy oraz czasu."),
        ("cs", "Rada města v pondělí rozhodla, že park u kanálu bude otevřen celou noc a že lampy se do zimy nepostaví, protože na to podle radnice nejsou peníze a ani po volbách je mít nebude."),
        ("hu", "A városi tanács hétfőn úgy döntött, hogy a csatorna melletti park egész éjjel nyitva lesz, és hogy a lámpák nem készülnek el a tél előtt, mert nincs rá pénz, ez csak egy terv."),
        ("fi", "Kaupunginvaltuusto päätti maanantaina, että kanavan varrella oleva puisto on auki koko yön ja että lamput eivät ole paikoillaan ennen talvea, mutta se on vain suunnitelma, joka myös maksaa, kun se tehdään."),
        ("sv", "Kommunfullmäktige beslutade på måndagen att parken vid kanalen ska vara öppen hela natten och att lamporna inte sätts upp före vintern, men det är en plan som har mött kritik från dem som bor där."),
        ("da", "Byrådet har mandag aften besluttet, at der skal anlægges en park på grunden ved kanalen i den gamle bydel, og at lamperne ikke bliver sat op før vinteren af hensyn til de som bor der."),
        ("no", "Bystyret har mandag kveld besluttet at det skal anlegges en park på tomten ved kanalen i den gamle bydelen, og at lampene ikke blir satt opp før vinteren av hensyn til de som bor der."),
        ("tr", "Belediye meclisi pazartesi günü kanal boyundaki parkın bütün gece açık olacağına ve lambaların kıştan önce takılmayacağına karar verdi. Bu karar için bir de şart var, ancak ne olduğu çok açık değil ve daha sonra açıklanacak."),
        ("id", "Dewan kota memutuskan pada hari Senin bahwa taman di tepi kanal akan dibuka sepanjang malam dan bahwa lampu tidak akan dipasang sebelum musim dingin, karena ini adalah rencana yang telah dibuat oleh kota."),
        ("ru", "Городской совет в понедельник решил, что парк у канала будет открыт всю ночь и что фонари не поставят до зимы, но это не все, за что он голосовал, и из его решения как раз следует, что с деньгами плохо."),
        ("uk", "Міська рада у понеділок увечері вирішила, що на ділянці біля каналу з'явиться новий парк для мешканців, і що ліхтарі до зими не поставлять, бо на це немає грошей."),
        ("bg", "Градският съвет реши в понеделник, че паркът край канала ще бъде отворен цяла нощ и че лампите няма да се поставят до зимата, но това не е всичко, за което се гласува на заседанието."),
        ("el", "Το δημοτικό συμβούλιο αποφάσισε τη Δευτέρα ότι το πάρκο δίπλα στο κανάλι θα μένει ανοιχτό όλη τη νύχτα και ότι τα φώτα δεν θα τοποθετηθούν πριν από τον χειμώνα."),
        ("he", "מועצת העיר החליטה ביום שני כי הפארק ליד התעלה יהיה פתוח כל הלילה וכי הפנסים לא יותקנו לפני החורף בשל מחסור בתקציב."),
        ("fa", "شورای شهر روز دوشنبه تصمیم گرفت که پارک کنار کانال تمام شب باز بماند و چراغ‌ها پیش از زمستان نصب نشوند و این یک طرح است."),
        ("bn", "নগর পরিষদ সোমবার সিদ্ধান্ত নিয়েছে যে খালের পাশের পার্কটি সারা রাত খোলা থাকবে এবং শীতের আগে বাতি বসানো হবে না।"),
        ("ja", "市議会は月曜日、運河沿いの公園を一晩中開放し、冬の前には照明を設置しないことを決めた。予算が足りないためだという。住民からは不満の声が上がっている。市は来年また検討する。"),
        ("sk", "Mestská rada v pondelok rozhodla, že park pri kanáli bude otvorený celú noc a že lampy sa do zimy nepostavia, pretože na to podľa radnice nie sú peniaze a ani po voľbách ich mať nebude, ako povedal starosta."),
        ("ar", "قرر مجلس المدينة يوم الاثنين أن تبقى الحديقة المطلة على القناة مفتوحة طوال الليل وألا توضع المصابيح قبل الشتاء بسبب نقص المال، وقال رئيس البلدية إن ذلك سيتغير في العام المقبل."),
        ("hi", "नगर परिषद ने सोमवार को फैसला किया कि नहर के पास का पार्क पूरी रात खुला रहेगा और सर्दियों से पहले बत्तियाँ नहीं लगाई जाएँगी क्योंकि इसके लिए पैसे नहीं हैं।"),
        ("zh", "市议会星期一决定，运河边的公园将整夜开放，冬天之前不会安装路灯，因为没有足够的资金。附近的居民表示不满，市政府说明年会再次讨论这个计划。"),
        ("ko", "시의회는 월요일 운하 옆 공원을 밤새 개방하고 겨울 전에는 가로등을 설치하지 않기로 결정했다. 예산이 부족하기 때문이라고 시는 밝혔다. 주민들은 불만을 나타냈다."),
        ("lt", "Miesto taryba pirmadienį nusprendė, kad parkas prie kanalo bus atviras visą naktį ir kad žibintai iki žiemos nebus pastatyti, nes tam nėra pinigų, tačiau tai yra tik planas, kuris dar gali būti pakeistas, sakė meras."),
        ("lv", "Pilsētas dome pirmdien nolēma, ka parks pie kanāla būs atvērts visu nakti un ka lampas līdz ziemai netiks uzstādītas, jo tam nav naudas, bet tas ir tikai plāns, kas vēl var tikt mainīts, un par to lems arī nākamā dome."),
        ("et", "Linnavolikogu otsustas esmaspäeval, et kanali ääres asuv park on avatud kogu öö ja et lampe enne talve üles ei panda, sest selleks ei ole raha, kuid see on alles plaan, mis võib veel muutuda ja mida ka linn nüüd arutab."),
        ("sl", "Mestni svet je v ponedeljek odločil, da bo park ob kanalu odprt vso noč in da luči do zime ne bodo postavljene, ker za to ni denarja, a to je še vedno le načrt, ki se lahko po volitvah tudi spremeni."),
        ("hr", "Gradsko vijeće u ponedjeljak je odlučilo da će park uz kanal biti otvoren cijelu noć i da svjetiljke do zime neće biti postavljene jer za to nema novca, ali to je još uvijek samo plan koji se može promijeniti nakon izbora."),
        ("sr", "Градско веће је у понедељак одлучило да ће парк поред канала бити отворен целе ноћи и да лампе до зиме неће бити постављене, јер за то нема новца, али то је још увек само план који се може променити после избора."),
        ("ka", "საქალაქო საბჭომ ორშაბათს გადაწყვიტა, რომ პარკი არხთან მთელი ღამე ღია იქნება და ლამპები ზამთრამდე არ დაიდგმება, რადგან ამისთვის ფული არ არის."),
        ("vi", "Hội đồng thành phố hôm thứ Hai đã quyết định rằng công viên bên kênh sẽ mở cửa suốt đêm và đèn sẽ không được lắp trước mùa đông vì không có tiền, nhưng đó chỉ là một kế hoạch và có thể thay đổi."),
    ];

    #[test]
    fn every_language_is_identified_without_a_declaration_and_despite_a_wrong_one() {
        for (expected, text) in NEWS {
            let text = format!("{text} {text}");
            for declared in ["", *expected, "en", "xx"] {
                let found = language_of(&[("html lang", declared)], &text).0.map(|(code, _)| code).unwrap_or_default();
                // Danish and Norwegian share their small words: the declaration decides.
                let kin = matches!((*expected, found.as_str()), ("da", "no") | ("no", "da"));
                assert!(
                    found == *expected || kin || declared == "xx" && found == "xx",
                    "{expected} declared {declared:?}: {found}"
                );
            }
        }
    }

    #[test]
    fn a_declaration_stands_unless_the_evidence_is_strong() {
        let of_code =
            |wanted: &str| NEWS.iter().find(|(code, _)| *code == wanted).map_or("", |(_, text)| text).repeat(2);
        for (declared, text) in [
            ("no", of_code("da")),
            ("da", of_code("no")),
            ("sk", of_code("cs")),
            ("ms", of_code("id")),
            ("be", of_code("uk")),
            ("ps", of_code("fa")),
            ("gl", of_code("pt")),
            ("fr", "Kort.".to_owned()),
            (
                "fr",
                "La famille a publié son dernier message : « زن زندگی آزادی، ما پیروز می‌شویم و هیچ‌کس نمی‌تواند صدای ما را خاموش کند », \
                 peut-on y lire, et la diplomatie a convoqué l'ambassadeur pour demander des explications lundi."
                    .to_owned(),
            ),
            (
                "nl",
                "Brussels Airlines, Ryanair, Transavia, TUI fly, Vueling, Wizz Air, British Airways, Swiss, Lufthansa"
                    .to_owned(),
            ),
        ] {
            let found = language_of(&[("html lang", declared)], &text).0.map(|(code, _)| code).unwrap_or_default();
            assert_eq!(found, declared, "{text}");
        }
    }

    #[test]
    fn declarations_are_verified_against_the_text() {
        let dutch = "De gemeenteraad van Molenbeek heeft maandagavond beslist dat er een park komt op het terrein aan het kanaal. ".repeat(3);
        let danish = "Byrådet har mandag aften besluttet, at der skal anlægges en park på grunden ved kanalen i den gamle bydel. ".repeat(3);
        let ukrainian =
            "Міська рада у понеділок увечері вирішила, що на ділянці біля каналу з'явиться новий парк для мешканців. "
                .repeat(3);
        for (declared, text, expected) in [
            ("nl-BE", dutch.as_str(), "nl"),
            ("fr", &dutch, "nl"),
            ("", &dutch, "nl"),
            ("fr", "Kort.", "fr"),
            ("da_DK", &danish, "da"),
            // Twenty-five words, and eighteen.
            (
                "nl",
                "Le conseil de la ville a décidé lundi soir que le parc au bord du canal sera ouvert toute la nuit et que les lampes viendront.",
                "fr",
            ),
            ("nl", "Le maire de la ville dit que le parc et le pont du canal ne sont pas ouverts.", "fr"),
            ("nl", "Le Pont de la Machine", "nl"),
            ("uk", &ukrainian, "uk"),
            ("ru", &ukrainian, "uk"),
            ("English", "", "en"),
            ("x", "", ""),
        ] {
            let (found, _) = language_of(&[("html lang", declared)], text);
            assert_eq!(found.map(|(code, _)| code).unwrap_or_default(), expected, "{declared} {text}");
        }
    }
}
