//! The named characters of HTML, and the reading of `&…;`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Name and code point in hexadecimal: those of HTML 4, the Latin letters of HTML 5, and its names for ASCII signs.
const NAMES: &str = "\
AElig c6, AMP 26, Aacute c1, Abreve 102, Acirc c2, Agrave c0, Alpha 391, Amacr 100, Aogon 104, Aring c5,\
Atilde c3, Auml c4, Beta 392, COPY a9, Cacute 106, Ccaron 10c, Ccedil c7, Ccirc 108, Cdot 10a, Chi 3a7,\
Dagger 2021, Dcaron 10e, Delta 394, Dstrok 110, ENG 14a, ETH d0, Eacute c9, Ecaron 11a, Ecirc ca, Edot 116,\
Egrave c8, Emacr 112, Eogon 118, Epsilon 395, Eta 397, Euml cb, GT 3e, Gamma 393, Gbreve 11e, Gcedil 122,\
Gcirc 11c, Gdot 120, Hcirc 124, Hstrok 126, IJlig 132, Iacute cd, Icirc ce, Idot 130, Igrave cc, Imacr 12a,\
Iogon 12e, Iota 399, Itilde 128, Iuml cf, Jcirc 134, Kappa 39a, Kcedil 136, LT 3c, Lacute 139, Lambda 39b,\
Lcaron 13d, Lcedil 13b, Lmidot 13f, Lstrok 141, Mu 39c, Nacute 143, Ncaron 147, Ncedil 145, NewLine a,\
NoBreak 2060, Ntilde d1, Nu 39d, OElig 152, Oacute d3, Ocirc d4, Odblac 150, Ograve d2, Omacr 14c, Omega 3a9,\
Omicron 39f, Oslash d8, Otilde d5, Ouml d6, Phi 3a6, Pi 3a0, Prime 2033, Psi 3a8, QUOT 22, REG ae, Racute 154,\
Rcaron 158, Rcedil 156, Rho 3a1, Sacute 15a, Scaron 160, Scedil 15e, Scirc 15c, Sigma 3a3, THORN de, Tab 9,\
Tau 3a4, Tcaron 164, Tcedil 162, Theta 398, Tstrok 166, Uacute da, Ubreve 16c, Ucirc db, Udblac 170, Ugrave d9,\
Umacr 16a, Uogon 172, Upsilon 3a5, Uring 16e, Utilde 168, Uuml dc, Wcirc 174, Xi 39e, Yacute dd, Ycirc 176,\
Yuml 178, Zacute 179, Zcaron 17d, Zdot 17b, Zeta 396, aacute e1, abreve 103, acirc e2, acute b4, aelig e6,\
agrave e0, alefsym 2135, alpha 3b1, amacr 101, amp 26, and 2227, ang 2220, angst c5, aogon 105, apos 27,\
aring e5, ast 2a, asymp 2248, atilde e3, auml e4, bdquo 201e, beta 3b2, brvbar a6, bsol 5c, bull 2022,\
cacute 107, cap 2229, ccaron 10d, ccedil e7, ccirc 109, cdot 10b, cedil b8, cent a2, check 2713, chi 3c7,\
circ 2c6, clubs 2663, colon 3a, comma 2c, commat 40, cong 2245, copy a9, crarr 21b5, cup 222a, curren a4,\
dArr 21d3, dagger 2020, darr 2193, dash 2010, dcaron 10f, deg b0, delta 3b4, diams 2666, div f7, divide f7,\
dollar 24, dstrok 111, eacute e9, ecaron 11b, ecirc ea, edot 117, egrave e8, emacr 113, empty 2205, emsp 2003,\
eng 14b, ensp 2002, eogon 119, epsilon 3b5, equals 3d, equiv 2261, eta 3b7, eth f0, euml eb, euro 20ac, excl 21,\
exist 2203, female 2640, fnof 192, forall 2200, frac12 bd, frac13 2153, frac14 bc, frac15 2155, frac18 215b,\
frac23 2154, frac34 be, frac38 215c, frac58 215d, frac78 215e, frasl 2044, gamma 3b3, gbreve 11f, gcirc 11d,\
gdot 121, ge 2265, grave 60, gt 3e, hArr 21d4, hairsp 200a, half bd, harr 2194, hcirc 125, hearts 2665,\
hellip 2026, horbar 2015, hstrok 127, hyphen 2010, iacute ed, icirc ee, iexcl a1, igrave ec, ijlig 133,\
imacr 12b, image 2111, imath 131, incare 2105, infin 221e, inodot 131, int 222b, iogon 12f, iota 3b9, iquest bf,\
isin 2208, itilde 129, iuml ef, jcirc 135, kappa 3ba, kcedil 137, kgreen 138, lArr 21d0, lacute 13a, lambda 3bb,\
lang 2329, laquo ab, larr 2190, lbrack 5b, lcaron 13e, lcedil 13c, lceil 2308, ldquo 201c, ldquor 201e, le 2264,\
lfloor 230a, lmidot 140, lowast 2217, lowbar 5f, loz 25ca, lpar 28, lrm 200e, lsaquo 2039, lsqb 5b, lsquo 2018,\
lsquor 201a, lstrok 142, lt 3c, macr af, male 2642, mdash 2014, micro b5, middot b7, minus 2212, mu 3bc,\
nabla 2207, nacute 144, napos 149, nbsp a0, ncaron 148, ncedil 146, ndash 2013, ne 2260, ni 220b, nldr 2025,\
not ac, notin 2209, nsub 2284, ntilde f1, nu 3bd, num 23, numsp 2007, oacute f3, ocirc f4, odblac 151, oelig 153,\
ograve f2, oline 203e, omacr 14d, omega 3c9, omicron 3bf, oplus 2295, or 2228, ordf aa, ordm ba, oslash f8,\
otilde f5, otimes 2297, ouml f6, para b6, part 2202, percnt 25, period 2e, permil 2030, perp 22a5, phi 3c6,\
phone 260e, pi 3c0, piv 3d6, plus 2b, plusmn b1, pound a3, prime 2032, prod 220f, prop 221d, psi 3c8,\
puncsp 2008, quest 3f, quot 22, rArr 21d2, racute 155, radic 221a, rang 232a, raquo bb, rarr 2192, rbrack 5d,\
rcaron 159, rcedil 157, rceil 2309, rdquo 201d, rdquor 201d, real 211c, reg ae, rfloor 230b, rho 3c1, rlm 200f,\
rpar 29, rsaquo 203a, rsqb 5d, rsquo 2019, rsquor 2019, sacute 15b, sbquo 201a, scaron 161, scedil 15f,\
scirc 15d, sdot 22c5, sect a7, semi 3b, shy ad, sigma 3c3, sigmaf 3c2, sim 223c, sol 2f, spades 2660, star 2606,\
sub 2282, sube 2286, sum 2211, sup 2283, sup1 b9, sup2 b2, sup3 b3, supe 2287, szlig df, tau 3c4, tcaron 165,\
tcedil 163, there4 2234, theta 3b8, thetasym 3d1, thinsp 2009, thorn fe, tilde 2dc, times d7, trade 2122,\
tstrok 167, uArr 21d1, uacute fa, uarr 2191, ubreve 16d, ucirc fb, udblac 171, ugrave f9, umacr 16b, uml a8,\
uogon 173, upsih 3d2, upsilon 3c5, uring 16f, utilde 169, uuml fc, verbar 7c, wcirc 175, weierp 2118, xi 3be,\
yacute fd, ycirc 177, yen a5, yuml ff, zacute 17a, zcaron 17e, zdot 17c, zeta 3b6, zwj 200d, zwnj 200c";

static TABLE: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    NAMES
        .split(',')
        .filter_map(|pair| {
            let (name, code) = pair.trim().split_once(' ')?;
            Some((name, char::from_u32(u32::from_str_radix(code, 16).ok()?)?))
        })
        .collect()
});

/// Characters that windows-1252 has where Unicode has control characters: feeds write both for the former.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The printable character that was meant by one of U+0080…U+009F; any other character is given back.
pub fn mend(c: char) -> char {
    let place = (c as usize).wrapping_sub(0x80);
    WINDOWS_1252.get(place).copied().unwrap_or(c)
}

/// The character that `&name;` or `&#number;` stands for; `name` comes without `&` and `;`.
pub fn named(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return TABLE.get(name).copied();
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32).map(mend)
}

/// The text with its `&…;` read by `lookup`; what it does not know stays as it is.
pub fn decode_with(text: &str, mut lookup: impl FnMut(&str) -> Option<Cow<'static, str>>) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let length = rest.bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || b"#_-.".contains(b)).count();
        match rest.get(length..).and_then(|after| after.strip_prefix(';')) {
            Some(after) if length > 0 => {
                if let Some(value) = lookup(&rest[..length]) {
                    out.push_str(&value);
                    rest = after;
                } else {
                    out.push('&');
                }
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The text with HTML's `&…;` read, once.
pub fn decode(text: &str) -> Cow<'_, str> {
    decode_with(text, |name| named(name).map(|c| Cow::Owned(c.to_string())))
}
