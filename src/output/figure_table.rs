//! A table of figures, as the press review has several.

use super::markup::Markup;

/// Writes a table; the first cell of each row is its name.
pub(super) fn figure_table(html: &mut Markup, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    html.open("table", &[]);
    html.constant("<thead><tr>");
    for column in columns {
        html.element("th", &[("scope", "col")], column);
    }
    html.constant("</tr></thead>");
    html.open("tbody", &[]);
    for row in rows {
        html.line();
        html.open("tr", &[]);
        for (at, cell) in row.iter().enumerate() {
            if at == 0 {
                html.element("th", &[("scope", "row")], cell);
            } else {
                html.element("td", &[], cell);
            }
        }
        html.close();
    }
    html.close();
    html.close();
    html.line();
}
