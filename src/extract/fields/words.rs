//! Languages told by their small words: many more than a detector of trigrams knows, and sure from forty words on.

use std::{collections::HashMap, sync::LazyLock};

use crate::extract::plain;

/// ISO 639-1 and the commonest small words of the language, in its news.
#[rustfmt::skip]
const SMALL: &[(&str, &str)] = &[
    ("en", "the and of to in is that for with was on are as it be by has have from at this his not he will said"),
    ("nl", "de het een van en in is dat op te zijn voor met die niet aan er ook werd bij om naar dan maar nog heeft"),
    ("fr", "le la les des et en un une du que dans est pour qui au sur par plus pas a ce avec il ont aux se son"),
    ("de", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden hat aus er"),
    ("es", "el la de que en los del las por con una para es se un al como más y a su lo ha no este"),
    ("ca", "el la de que els les amb del per una és en al dels ha no més i un a al es tota seva aquest aquesta també ser han perquè"),
    ("gl", "o a de que os e do da en as por unha con para é dos ao non máis no na un das polo foi tamén"),
    ("pt", "o a de que os e do da em um uma para com não por é as no na dos mais se ao das foi também"),
    ("it", "di che il la e del della per un una in con non si è i le gli dei da nel alla sono al ha delle a più"),
    ("ro", "și de în a la cu pe care că din pentru este o nu un să mai au fi fost prin sunt ale ce s-a al"),
    ("pl", "i w na z do się że nie jest to o po jak za dla przez są od oraz a ze który która tym co być"),
    ("cs", "a v se na že je s z do to o za pro by jsou ve i po který si ale podle jako byl jeho od k"),
    ("sk", "a v sa na že je s z do to o za pre by sú vo aj po ktorý si ale podľa ako bol jeho od k"),
    ("sl", "in je v da na se za so z ki pa ne kot bi tudi iz po pri o ter še s bo"),
    ("hr", "i je u na da se za su od s koji će kao ne što iz ili bi o a sve nije to do koja"),
    ("hu", "a az és hogy nem is egy van meg volt de ez csak már el ki mint azt még ha szerint amely"),
    ("fi", "ja on ei että oli se ovat mutta myös kun joka tai hän sekä ole mukaan kuin ollut jo sen voi"),
    ("et", "ja on ei et see oli ka kui mis ning seda aga oma ta kes pole selle juba või"),
    ("sv", "och i att det som en på är av för med den till har inte ett om de från han vi men var sig"),
    ("da", "og i at det er en til af på for med der den de som ikke har et fra han om vi men blev også"),
    ("no", "og i det er på til som en for av med at har den de ikke et om var fra han vi men ble også"),
    ("is", "og í að á er sem til við um var en með fyrir ekki það af hann því frá þess hafa"),
    ("tr", "ve bir bu için da de ile olarak olan gibi çok daha ne en o sonra kadar dedi oldu ise var"),
    ("az", "və bir bu üçün da də ilə olan kimi çox daha o sonra qədər edib olub ki"),
    ("id", "yang dan di dari ini untuk dengan pada dalam tidak itu akan juga oleh ke adalah telah bisa ada sebagai"),
    ("vi", "và của các là được trong cho có không người đã với này những một về từ khi để năm ở"),
    ("sq", "të e në dhe për një me që është nga si i më se ka do nuk janë kanë këtë ai"),
    ("lt", "ir kad į iš su yra tai kaip bet ne už apie buvo jis dėl nuo taip po per nes tačiau kuris kurie tik dar gali būti bus jau prie iki kai savo jų"),
    ("lv", "un ir ka no ar par uz kas arī bet tika to tas pēc lai nav gan vai"),
    ("eu", "eta da ez ere bat dela du izan baina dute hau den zen baino beste egin ditu"),
    ("sw", "ya na wa kwa katika ni la za kuwa hiyo huo cha kutoka pia hilo lakini"),
    ("af", "die van en in is dat het nie vir met op wat deur ook se om te sy hy was aan"),
    ("ru", "и в не на что с по как это но из его за также о к для от у был он а"),
    ("uk", "і в не на що з до як це та за від у про й його для він але під також"),
    ("bg", "и на в да за не се от с е че са по това но ще как като до си които"),
    ("mk", "и на во да за не се од со е дека што ќе како но ги го тоа беше кои"),
    ("sr", "и у је на да се за су од са који ће као не што из или би о а није"),
    ("be", "і ў на не што з да як гэта па у ад для але яго за таксама"),
];

/// Languages that share most of their small words: between them the page's own word counts.
const KIN: &[&[&str]] = &[
    &["da", "no"],
    &["cs", "sk"],
    &["hr", "sr", "bs", "me", "sh"],
    &["id", "ms"],
    &["ru", "be", "uk"],
    &["pt", "gl"],
    &["nl", "af", "fy"],
];

/// Which languages have a word, one bit each.
static WORDS: LazyLock<HashMap<&str, u64>> = LazyLock::new(|| {
    let mut words: HashMap<&str, u64> = HashMap::new();
    for (nth, (_, small)) in SMALL.iter().enumerate() {
        for word in small.split(' ') {
            *words.entry(word).or_default() |= 1 << nth;
        }
    }
    words
});

/// What a text's small words say.
#[derive(Debug)]
pub struct WordCounts {
    /// Words of the text.
    words: usize,
    /// How many of them each language has.
    hits: Vec<usize>,
}

/// Counts the small words at the beginning of a text.
pub fn small_words(text: &str) -> WordCounts {
    let mut counted = WordCounts { words: 0, hits: vec![0; SMALL.len()] };
    let lower = plain::cut(text, 3_000).to_lowercase();
    for word in lower.split(|c: char| !c.is_alphabetic() && c != '-').filter(|word| !word.is_empty()).take(400) {
        counted.words += 1;
        let mut languages = WORDS.get(word).copied().unwrap_or(0);
        while languages != 0 {
            let nth = languages.trailing_zeros() as usize;
            counted.hits[nth] += 1;
            languages &= languages - 1;
        }
    }
    counted
}

impl WordCounts {
    /// The share of a language's small words, in per cent; `None` for a language that is not known here.
    pub fn share(&self, code: &str) -> Option<usize> {
        let nth = SMALL.iter().position(|(known, _)| *known == code)?;
        Some(self.hits.get(nth)? * 100 / self.words.max(1))
    }

    /// The language that the words tell: every sixth word at least is one of its small ones, and clearly more than of another.
    pub fn language(&self) -> Option<&'static str> {
        let (best, hits) = self.hits.iter().enumerate().max_by_key(|(nth, hits)| (**hits, usize::MAX - nth))?;
        let code = SMALL.get(best)?.0;
        let others = self
            .hits
            .iter()
            .enumerate()
            .filter(|(nth, _)| *nth != best && SMALL.get(*nth).is_some_and(|(other, _)| !are_kin(code, other)));
        let second = others.map(|(_, hits)| *hits).max().unwrap_or(0);
        (self.words >= 30 && hits * 6 >= self.words && hits * 10 >= second * 12).then_some(code)
    }

    /// Whether the text may well be in a language that the page declares.
    pub fn may_be(&self, declared: &str, found: &str) -> bool {
        let best = self.share(found).unwrap_or(0);
        match self.share(declared) {
            Some(share) => share * 10 >= best * 7 || are_kin(declared, found) && share * 10 >= best * 6,
            // A language without a row: only a text that is nearly all of another's words speaks against it.
            None => are_kin(declared, found) || best < 33,
        }
    }
}

fn are_kin(a: &str, b: &str) -> bool {
    KIN.iter().any(|kin| kin.contains(&a) && kin.contains(&b))
}
