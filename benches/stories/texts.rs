//! Made-up news: texts of a made-up language, their copies as outlets and extractors change them, and hard negatives.

/// A random number generator that gives the same numbers everywhere (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` up to and including `high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + usize::try_from(self.roll() % (high - low + 1) as u64).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, cases: usize) -> bool {
        self.between(1, 100) <= cases
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = self.between(0, of.len() - 1);
        &of[at]
    }

    /// Puts things into another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            let other = self.between(0, at);
            things.swap(at, other);
        }
    }
}

/// A language: words of which few are frequent, and phrases that everyone uses.
pub struct Language {
    words: Vec<String>,
    phrases: Vec<String>,
}

impl Language {
    /// Makes one up.
    pub fn new(dice: &mut Dice) -> Self {
        let parts = [
            "ba", "re", "li", "mon", "é", "tu", "ve", "qua", "sto", "ni", "dor", "ê", "pli", "au", "ga", "chi", "œ",
            "zan",
        ];
        let words: Vec<String> =
            (0..4000).map(|rank| (0..dice.between(1, 2 + rank / 1500)).map(|_| *dice.pick(&parts)).collect()).collect();
        let mut language = Self { words, phrases: Vec::new() };
        language.phrases = (0..300)
            .map(|_| (0..dice.between(4, 8)).map(|_| language.word(dice)).collect::<Vec<_>>().join(" "))
            .collect();
        language
    }

    /// A word: that of rank n comes about once in n times.
    fn word(&self, dice: &mut Dice) -> String {
        let bits = dice.between(0, 11);
        let top = (1usize << (bits + 1)).min(self.words.len());
        let at = dice.between((1 << bits) - 1, top - 1);
        self.words[at].clone()
    }

    fn sentence(&self, dice: &mut Dice) -> String {
        let mut words: Vec<String> = (0..dice.between(7, 22)).map(|_| self.word(dice)).collect();
        if dice.percent(30) {
            let at = dice.between(0, words.len());
            words.insert(at, dice.pick(&self.phrases).clone());
        }
        if dice.percent(20) {
            words.push(dice.between(2, 2026).to_string());
        }
        let text = words.join(if dice.percent(10) { " l’" } else { " " });
        if dice.percent(15) { format!("« {text} », a-t-il dit.") } else { format!("{text}.") }
    }

    /// Some sentences on one line.
    pub fn paragraph(&self, dice: &mut Dice) -> String {
        (0..dice.between(2, 5)).map(|_| self.sentence(dice)).collect::<Vec<_>>().join(" ")
    }

    /// A news text: one paragraph a line, some 60 to 700 words.
    pub fn article(&self, dice: &mut Dice) -> Vec<String> {
        (0..dice.between(2, 12)).map(|_| self.paragraph(dice)).collect()
    }

    fn line(&self, dice: &mut Dice) -> String {
        (0..dice.between(5, 16)).map(|_| self.word(dice)).collect::<Vec<_>>().join(" ")
    }
}

/// What an outlet puts around every text.
pub struct Wrapping {
    head: Vec<String>,
    tail: Vec<String>,
}

impl Wrapping {
    /// Two of five outlets wrap nothing; the others have up to eight lines.
    pub fn new(language: &Language, dice: &mut Dice) -> Self {
        let (heads, tails) = if dice.percent(40) { (0, 0) } else { (dice.between(0, 2), dice.between(0, 6)) };
        let mut lines = |count| (0..count).map(|_| language.line(dice)).collect();
        Self { head: lines(heads), tail: lines(tails) }
    }

    /// A text as this outlet shows it.
    pub fn around(&self, text: &[String]) -> String {
        [&self.head, text, &self.tail].concat().join("\n")
    }
}

/// A copy: requoted, cut, prefixed, with boxes between the paragraphs, as editors and extractors leave it.
pub fn copy(text: &[String], language: &Language, dice: &mut Dice) -> Vec<String> {
    let mut text = text.to_vec();
    if dice.percent(30) && text.len() > 3 {
        let keep = dice.between(text.len().div_ceil(4), text.len());
        text.truncate(keep);
    }
    if dice.percent(30) && text.len() > 3 {
        let drop = dice.between(1, text.len() - 1);
        text.remove(drop);
    }
    if dice.percent(8) && text.len() > 3 {
        text.remove(0);
    }
    for paragraph in &mut text {
        if dice.percent(60) {
            *paragraph = paragraph.replace('’', "'").replace("« ", "\"").replace(" »", "\"");
        }
        if dice.percent(10) {
            // The words of a link are lost, or a word is another.
            let mut words: Vec<&str> = paragraph.split(' ').collect();
            let at = dice.between(0, words.len() - 1);
            let other = language.word(dice);
            if dice.percent(50) {
                words.drain(at..(at + 2).min(words.len()));
            } else {
                words[at] = &other;
            }
            *paragraph = words.join(" ");
        }
    }
    if dice.percent(10) {
        text[0] = text[0].to_uppercase();
    }
    if dice.percent(30) {
        text[0] = format!("BRUXELLES (BELGA) - {}", text[0]);
    }
    for at in (1..text.len()).rev() {
        if dice.percent(12) {
            text.insert(at, format!("Lire aussi: {}", language.line(dice)));
        }
    }
    if dice.percent(20) {
        let last = text.len() - 1;
        let at = text[last].char_indices().nth(text[last].chars().count() / 2).map_or(0, |place| place.0);
        text[last].truncate(at);
        text[last].push_str("… lire plus");
    }
    text
}

/// Texts that look alike and are not copies: forms that are filled in, affairs with a background paragraph, events with a
/// statement that all quote, liveblogs with such statements in them, alerts.
pub fn lookalikes(language: &Language, dice: &mut Dice, count: usize) -> Vec<Vec<String>> {
    let mut texts = Vec::new();
    while texts.len() < count {
        match dice.between(0, 5) {
            0 => {
                // A form: fixed words, and a word or number to fill in after every 4 to 20 of them.
                let form: Vec<(String, bool)> = (0..dice.between(6, 14))
                    .map(|_| {
                        let fixed = (0..dice.between(4, 20)).map(|_| language.word(dice)).collect::<Vec<_>>().join(" ");
                        (fixed, dice.percent(60))
                    })
                    .collect();
                for _ in 0..4 {
                    let mut filled = String::new();
                    for (fixed, number) in &form {
                        let value = if *number { dice.between(1, 60).to_string() } else { language.word(dice) };
                        filled = filled + fixed + " " + &value + " ";
                    }
                    texts.push(vec![filled]);
                }
            }
            1 => {
                let background = language.paragraph(dice);
                for _ in 0..4 {
                    let mut text = language.article(dice);
                    text.truncate(4);
                    text.push(background.clone());
                    texts.push(text);
                }
            }
            2 | 3 => {
                let statement = language.sentence(dice) + " " + &language.sentence(dice);
                for _ in 0..3 {
                    let mut text = language.article(dice);
                    let at = dice.between(0, text.len() - 1);
                    text[at] = format!("{} {statement}", text[at]);
                    texts.push(text);
                }
            }
            4 => {
                let statements: Vec<String> = (0..20).map(|_| language.sentence(dice)).collect();
                for _ in 0..2 {
                    texts.push(
                        (0..dice.between(10, 40))
                            .map(|_| {
                                let time = format!("{}:{}", dice.between(6, 23), dice.between(10, 59));
                                if dice.percent(20) {
                                    format!("{time} {}", dice.pick(&statements))
                                } else {
                                    format!("{time} {}", language.sentence(dice))
                                }
                            })
                            .collect(),
                    );
                }
            }
            _ => texts.push(vec![language.line(dice)]),
        }
    }
    texts.truncate(count);
    texts
}
