//! Coverage as CSV (RFC 4180) for spreadsheets: with a byte order mark, so that they read accents correctly, and without formulas.

use jiff::tz::TimeZone;

use super::table::{COLUMNS, cells};
use crate::digest::Exported;

/// The byte order mark by which spreadsheets recognise UTF-8, and the column names.
pub fn head() -> String {
    format!("\u{feff}{}\r\n", COLUMNS.join(","))
}

/// One line.
pub fn line(line: &Exported, zone: &TimeZone) -> String {
    let mut out = String::new();
    for (at, cell) in cells(line, zone).iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(&mut out, cell);
    }
    out.push_str("\r\n");
    out
}

fn write(out: &mut String, cell: &str) {
    let guard = if is_formula(cell) { "'" } else { "" };
    if cell.contains([',', ';', '"', '\n', '\r', '\t']) || cell.starts_with(' ') || cell.ends_with(' ') {
        out.push('"');
        out.push_str(guard);
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(guard);
        out.push_str(cell);
    }
}

/// Whether a spreadsheet might evaluate the cell. East Asian spreadsheets do so for the full-width signs, too.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::samples::{HOSTILE, crlf_lines, exported, zone};

    #[test]
    fn a_line() {
        assert_eq!(
            head(),
            "\u{feff}date,time,outlet,language,headline,author,url,hit_sentence,watch,terms,paywall,story,is_original,copies,group,found_later,event,advertorial,id,relevant,tone,tags,note,outlet_kind,outlet_region,outlet_tier,outlet_reach,outlet_tags,agency,original_outlet\r\n"
        );
        let mut quay = exported("Strike, \"at\" the quay");
        (quay.mention.credit, quay.mention.original_outlet) = ("Belga".into(), Some("Kiste".into()));
        assert_eq!(
            line(&quay, &zone()),
            "2026-10-10,16:31,Le Phare,fr,\"Strike, \"\"at\"\" the quay\",Nora Terwilgen,https://phare.example/1?a=1&b=(2),\
             \"The strike at the quay goes on, said the strikers.\",Quayside strike,\"strike, quay\",no,1,yes,2,Harbour,no,7,no,1,yes,negative,\"opinion, union\",\"We asked, twice.\",newspaper,,1,120000,\"quality, =daily\",Belga,Kiste\r\n"
        );
    }

    #[test]
    fn no_cell_is_calculated() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("+32 2 000", "'+32 2 000"),
            ("＝1", "'＝1"),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("=A1;\"x\"", "\"'=A1;\"\"x\"\"\""),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            let mut out = String::new();
            write(&mut out, cell);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn hostile_words_stay_in_their_cell() {
        for text in HOSTILE {
            let out = line(&exported(text), &zone());
            assert_eq!(crlf_lines(&out).len(), 1, "{out:?}");
            let cells = read(&out);
            assert_eq!(cells.len(), COLUMNS.len(), "{out:?}");
            let title = crate::text::clean::one_line(text);
            let guarded = format!("'{title}");
            assert!(cells[4] == title || is_formula(&title) && cells[4] == guarded, "{cells:?}");
        }
    }

    /// Reads a line as RFC 4180 says.
    fn read(line: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        let mut chars = line.trim_end_matches("\r\n").chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    cells.last_mut().into_iter().for_each(|cell| cell.push('"'));
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().into_iter().for_each(|cell| cell.push(c)),
            }
        }
        cells
    }
}
