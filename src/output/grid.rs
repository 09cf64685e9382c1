//! Cells → lines, in columns that are as wide as the widest cell on a terminal.
//!
//! Nothing but the width of each column is kept of the rows: they are gone through twice, since there may be millions.

use unicode_width::UnicodeWidthStr;

/// Hands out the headings, a line below them, and the rows; numbers stand on the right of their columns. `rows` gives the same each time.
pub(super) fn draw<R: Iterator<Item = Vec<String>>>(
    headings: &[String],
    rows: impl Fn() -> R,
    is_number: impl Fn(usize) -> bool,
    mut line: impl FnMut(&str),
) {
    let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
    for row in rows() {
        widths.iter_mut().zip(&row).for_each(|(width, cell)| *width = cell.width().max(*width));
    }
    let columns: Vec<_> = widths.into_iter().enumerate().map(|(column, width)| (width, is_number(column))).collect();
    let mut drawn = String::new();
    let mut put = |cells: &[String], line: &mut dyn FnMut(&str)| {
        drawn.clear();
        for (cell, (width, is_number)) in cells.iter().zip(&columns) {
            let free = std::iter::repeat_n(' ', width - cell.width());
            if *is_number {
                drawn.extend(free);
                drawn.push_str(cell);
            } else {
                drawn.push_str(cell);
                drawn.extend(free);
            }
            drawn.push_str("  ");
        }
        line(drawn.trim_end());
    };
    put(headings, &mut line);
    // It reaches one place further than the cells.
    line(&columns.iter().map(|(width, _)| "─".repeat(width + 1)).collect::<Vec<_>>().join(" "));
    rows().for_each(|row| put(&row, &mut line));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["Ünal", "7"], ["日本", "1200"]];
        let headings = ["name", "n"].map(str::to_owned);
        let mut lines = Vec::new();
        let rows = || rows.iter().map(|row| row.map(str::to_owned).to_vec());
        draw(&headings, rows, |column| column == 1, |line| lines.push(line.to_owned()));
        assert_eq!(lines, ["name     n", "───── ─────", "Ünal     7", "日本  1200"]);
    }
}
