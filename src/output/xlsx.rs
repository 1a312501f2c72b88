//! Coverage as a spreadsheet file: text and numbers, never formulas, never links.

use std::io::{Seek, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::table::{COLUMNS, cells};
use crate::digest::Exported;
use crate::printable::shorten;

/// Widths of the columns, in characters.
const WIDTHS: [u16; 17] = [11, 7, 18, 9, 60, 20, 40, 60, 20, 20, 9, 8, 11, 8, 20, 11, 8];
/// The last column.
const LAST: u16 = 16;
/// Columns that hold a number.
const NUMBERS: [usize; 2] = [11, 13];
/// A cell takes 32,767 units of UTF-16, of which a character needs at most two.
const LONGEST: usize = 16_000;

/// A sheet that is being written: a line is gone from memory as soon as it is written.
pub struct Sheet {
    workbook: Workbook,
    lines: u32,
}

impl Sheet {
    /// A sheet with the line of names, which stays in sight.
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
        Ok(Self { workbook, lines: 0 })
    }

    /// Adds a line.
    pub fn line(&mut self, line: &Exported, zone: &TimeZone) -> Result<(), XlsxError> {
        self.lines += 1;
        let row = self.lines;
        let sheet = self.sheet()?;
        for (column, cell) in (0u16..).zip(cells(line, zone)) {
            match cell.parse::<u32>().ok().filter(|_| NUMBERS.contains(&usize::from(column))) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string(row, column, shorten(&cell, LONGEST))?,
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
    fn text_and_numbers_only() {
        let mut sheet = Sheet::new(now()).unwrap();
        for title in HOSTILE.into_iter().chain([&*"é".repeat(40_000)]) {
            sheet.line(&exported(title), &zone()).unwrap();
        }
        let mut file = Cursor::new(Vec::new());
        sheet.save(&mut file).unwrap();
        let xml = part(file.get_ref(), "xl/worksheets/sheet1.xml");
        assert!(cannot_act(&xml.replace('\r', "")), "{xml}");
        assert!(!xml.contains("<f>") && !xml.contains("hyperlink"), "{xml}");
        assert!(xml.contains("<t>=HYPERLINK(\"https://evil.example\";\"quay\")</t>"), "{xml}");
        assert!(xml.contains("&lt;script&gt;") && !xml.contains("<script"), "{xml}");
        assert!(xml.contains("<c r=\"N2\"><v>2</v></c>"), "{xml}");
        assert_eq!(xml.matches("<row ").count(), HOSTILE.len() + 2);
    }
}
