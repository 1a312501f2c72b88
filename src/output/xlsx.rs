//! Coverage as a spreadsheet file: text, numbers, times and links, never formulas.

use std::io::{Seek, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Url, Workbook, Worksheet, XlsxError};

use super::link::link;
use super::table::{COLUMNS, cells};
use crate::digest::Exported;
use crate::text::cut::shorten;

/// Widths of the columns, in characters.
const WIDTHS: [u16; 30] =
    [11, 7, 18, 9, 60, 20, 40, 60, 20, 20, 9, 8, 11, 8, 20, 11, 8, 11, 8, 9, 9, 20, 40, 14, 16, 11, 12, 20, 14, 18];
/// The last column.
const LAST: u16 = 29;
/// The columns of the date, the time of day and the URL.
const DATE: u16 = 0;
const TIME: u16 = 1;
const URL: u16 = 6;
/// The columns of numbers.
const NUMBERS: [u16; 6] = [11, 13, 16, 18, 25, 26];
/// The most links in a sheet, and the longest link in bytes, that spreadsheets accept; other URLs are text.
const MOST_LINKS: u32 = 65_000;
const LONGEST_LINK: usize = 2_000;
/// The longest cell: spreadsheets accept 32,767 UTF-16 units, and a character takes at most two.
const LONGEST: usize = 16_000;

/// A sheet under construction. Lines do not stay in memory.
pub struct Sheet {
    workbook: Workbook,
    lines: u32,
    day: Format,
    hour: Format,
    link: Format,
}

impl Sheet {
    /// A sheet with the column names in a frozen line.
    pub fn new(now: Timestamp) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        if let Ok(at) = ExcelDateTime::from_timestamp(now.as_second()) {
            workbook.set_properties(&DocProperties::new().set_creation_datetime(&at));
        }
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name("Coverage")?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for ((column, name), width) in (0u16..).zip(COLUMNS).zip(WIDTHS) {
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        Ok(Self {
            workbook,
            lines: 0,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            hour: Format::new().set_num_format("hh:mm"),
            link: Format::new().set_hyperlink(),
        })
    }

    /// Adds a line.
    pub fn line(&mut self, line: &Exported, zone: &TimeZone) -> Result<(), XlsxError> {
        self.lines += 1;
        let row = self.lines;
        let Self { workbook, day, hour, link: blue, .. } = self;
        let sheet = workbook.worksheet_from_index(0)?;
        let time = zone.to_datetime(line.mention.time());
        for (column, cell) in (0u16..).zip(cells(line, zone)) {
            let number = cell.parse::<u32>().ok().filter(|_| NUMBERS.contains(&column));
            let moment = match column {
                // Spreadsheets have no dates before 1900.
                DATE => u16::try_from(time.year())
                    .ok()
                    .and_then(|year| {
                        ExcelDateTime::from_ymd(year, time.month().unsigned_abs(), time.day().unsigned_abs()).ok()
                    })
                    .map(|at| (at, &*day)),
                TIME => ExcelDateTime::from_hms(u16::from(time.hour().unsigned_abs()), time.minute().unsigned_abs(), 0)
                    .ok()
                    .map(|at| (at, &*hour)),
                _ => None,
            };
            let target = link(&cell).filter(|to| column == URL && row <= MOST_LINKS && to.len() <= LONGEST_LINK);
            match (number, moment, target) {
                (Some(number), ..) => sheet.write_number(row, column, number)?,
                (_, Some((at, format)), _) => sheet.write_datetime_with_format(row, column, &at, format)?,
                (.., Some(target)) => sheet.write_url_with_format(row, column, Url::new(target), blue)?,
                _ => sheet.write_string(row, column, shorten(&cell, LONGEST))?,
            };
        }
        Ok(())
    }

    /// Writes the file.
    pub fn save(mut self, to: impl Write + Seek + Send) -> Result<(), XlsxError> {
        let last = self.lines;
        self.sheet()?.autofilter(0, 0, last, LAST)?;
        self.workbook.save_to_writer(to)
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.worksheet_from_index(0)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use std::io::{Cursor, Read as _};

    use flate2::read::DeflateDecoder;

    use super::*;
    use crate::output::samples::{HOSTILE, cannot_act, exported, now, zone};

    /// A part of a ZIP file, found by its name.
    fn part(file: &[u8], name: &str) -> String {
        let number =
            |at: usize, bytes: usize| file[at..at + bytes].iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte));
        // The directory at the end names sizes and places.
        let mut at = file.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        loop {
            assert_eq!(&file[at..at + 4], b"PK\x01\x02", "there is no {name}");
            let (size, place) = (number(at + 20, 4), number(at + 42, 4));
            let length = number(at + 28, 2);
            if &file[at + 46..at + 46 + length] == name.as_bytes() {
                let start = place + 30 + number(place + 26, 2) + number(place + 28, 2);
                let mut text = String::new();
                DeflateDecoder::new(&file[start..start + size]).read_to_string(&mut text).unwrap();
                return text;
            }
            at += 46 + length + number(at + 30, 2) + number(at + 32, 2);
        }
    }

    #[test]
    fn only_addresses_of_the_web_become_links_and_every_time_is_told() {
        let mut sheet = Sheet::new(now()).unwrap();
        let long = format!("https://phare.example/{}", "x".repeat(4_000));
        for (url, at) in [
            ("javascript:alert(1)", "2026-10-10T22:00:00Z"),
            ("file:///etc/passwd", "1066-10-14T09:00:00Z"),
            (&*long, "9999-12-01T00:00:00Z"),
            ("https://phare.example/a#b|c^d", "1970-01-01T00:00:00Z"),
        ] {
            let mut line = exported("Strike");
            (line.mention.url, line.mention.published_at) = (url.into(), at.parse().ok());
            sheet.line(&line, &zone()).unwrap();
        }
        let mut file = Cursor::new(Vec::new());
        sheet.save(&mut file).unwrap();
        let xml = part(file.get_ref(), "xl/worksheets/sheet1.xml");
        let links = part(file.get_ref(), "xl/worksheets/_rels/sheet1.xml.rels");
        assert_eq!((xml.matches("<hyperlink ").count(), links.matches("<Relationship ").count()), (1, 1), "{links}");
        assert!(xml.contains("javascript:alert(1)") && xml.contains("<t>1066-10-14</t>"), "{xml}");
        // Midnight in Brussels is the next day.
        assert!(xml.contains("<c r=\"A2\" s=\"2\"><v>46306</v></c><c r=\"B2\" s=\"3\"><v>0</v></c>"), "{xml}");
    }

    #[test]
    fn text_numbers_times_and_links_only() {
        let mut sheet = Sheet::new(now()).unwrap();
        for title in HOSTILE.into_iter().chain([&*"é".repeat(40_000)]) {
            sheet.line(&exported(title), &zone()).unwrap();
        }
        let mut file = Cursor::new(Vec::new());
        sheet.save(&mut file).unwrap();
        let xml = part(file.get_ref(), "xl/worksheets/sheet1.xml");
        assert!(cannot_act(&xml.replace('\r', "")), "{xml}");
        assert!(!xml.contains("<f>"), "{xml}");
        // 10 October 2026 at 16:31, as numbers with a format.
        assert!(xml.contains("<c r=\"A2\" s=\"2\"><v>46305</v></c><c r=\"B2\" s=\"3\"><v>0.68819"), "{xml}");
        assert_eq!(xml.matches("<hyperlink ref=\"G").count(), xml.matches("<hyperlink ").count());
        assert!(xml.contains("<c r=\"Q2\"><v>7</v></c>"), "{xml}");
        // The id, the tier and the reach.
        for cell in ["<c r=\"S2\"><v>1</v></c>", "<c r=\"Z2\"><v>1</v></c>", "<c r=\"AA2\"><v>120000</v></c>"] {
            assert!(xml.contains(cell), "{cell}: {xml}");
        }
        let links = part(file.get_ref(), "xl/worksheets/_rels/sheet1.xml.rels");
        assert_eq!(links.matches("<Relationship ").count(), HOSTILE.len() + 1);
        assert_eq!(
            links.matches("Target=\"https://phare.example/1?a=1&amp;b=(2)\" TargetMode=\"External\"").count(),
            HOSTILE.len() + 1
        );
        assert!(xml.contains("<t>=HYPERLINK(\"https://evil.example\";\"quay\")</t>"), "{xml}");
        assert!(xml.contains("&lt;script&gt;") && !xml.contains("<script"), "{xml}");
        assert!(xml.contains("<c r=\"N2\"><v>2</v></c>"), "{xml}");
        assert_eq!(xml.matches("<row ").count(), HOSTILE.len() + 2);
    }
}
