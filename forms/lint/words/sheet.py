"""What lint says of sheets, cells, columns, files and settings."""

from .sentence import Sentence

SHEETS: dict[str, Sentence] = {
    "sheet_misspelled": (
        "error",
        "Trang “{value}” không được đọc vì viết sai tên; hãy đổi tên trang thành “{meant}”.",
        "The sheet “{value}” is not read because its name is misspelled; rename it to “{meant}”.",
    ),
    "sheet_hidden": (
        "warning",
        "Trang “{value}” đang bị ẩn nhưng vẫn được đọc; hãy hiện trang (Unhide) để người sửa sau nhìn thấy.",
        "The sheet “{value}” is hidden but is read all the same; unhide it so that the next editor sees it.",
    ),
    "merged_cells": (
        "warning",
        "Các ô {area} bị gộp: chỉ ô đầu có nội dung, các ô sau coi như trống; hãy bỏ gộp (Unmerge) và điền từng "
        "ô.",
        "The cells {area} are merged: only the first has a text, the others count as blank; unmerge and fill "
        "each.",
    ),
    "rows_dropped": (
        "error",
        "Từ dòng này trở đi bị bỏ qua vì phía trên có hơn 60 dòng trống; hãy xóa các dòng trống đó.",
        "This row and those below are ignored, as more than 60 blank rows stand above; delete the blank rows.",
    ),
    "header_blank": (
        "warning",
        "Ô có nội dung “{value}” nhưng cột này không có tên ở dòng 1 nên bị bỏ qua; hãy đặt tên cột hoặc xóa ô.",
        "This cell says “{value}”, but its column has no name in row 1 and is ignored; name the column or clear "
        "the cell.",
    ),
    "formula": (
        "warning",
        "Ô này là công thức Excel; máy tính bảng không tính được, chỉ đọc giá trị “{value}” lúc lưu. Hãy chép và "
        "dán giá trị (Paste Values).",
        "This cell holds an Excel formula; tablets never compute it and only its saved value “{value}” is read. "
        "Paste it as a value.",
    ),
    "formula_empty": (
        "error",
        "Ô này là công thức Excel chưa có giá trị nên đọc ra trống; hãy gõ thẳng nội dung (đặt dấu ' ở đầu nếu "
        "bắt đầu bằng =).",
        "This cell holds an Excel formula without a saved value, so it reads as blank; type the text itself "
        "(with a leading ' if it begins with =).",
    ),
    "cell_error": (
        "error",
        "Ô này hiện lỗi của Excel “{value}”; hãy gõ lại nội dung đúng.",
        "This cell shows the Excel error “{value}”; type the right text.",
    ),
    "cell_date": (
        "warning",
        "Excel đã đổi ô này thành ngày tháng ({value}); hãy định dạng ô là Text rồi gõ lại.",
        "Excel turned this cell into a date ({value}); format the cell as Text and type it again.",
    ),
    "invisible_character": (
        "error",
        "Ô có ký tự ẩn ({character}), thường do chép từ Word, Zalo hay trang web; hãy xóa hết ô và gõ lại "
        "“{clean}”.",
        "This cell holds an invisible character ({character}), usually copied from Word or a web page; clear it "
        "and type “{clean}” again.",
    ),
    "letters_apart": (
        "warning",
        "Ô dùng chữ có dấu kiểu tổ hợp (dấu rời), tìm kiếm và so sánh dễ sai; hãy gõ lại bằng bảng mã Unicode "
        "dựng sẵn.",
        "The Vietnamese letters here are written apart from their marks, so searches and comparisons may fail; "
        "type the text again in composed Unicode.",
    ),
    "text_long": (
        "warning",
        "Nội dung dài {length} ký tự, khó đọc trên máy tính bảng; nên rút xuống dưới {limit} hoặc tách thành "
        "nhiều ghi chú.",
        "This text has {length} characters and is hard to read on a tablet; shorten it below {limit} or split it "
        "into notes.",
    ),
}

COLUMNS: dict[str, Sentence] = {
    "column_missing": (
        "error",
        "Trang “{sheet}” thiếu cột bắt buộc “{column}”; hãy thêm cột này ở dòng 1.",
        "The sheet “{sheet}” lacks the required column “{column}”; add it in row 1.",
    ),
    "column_misspelled": (
        "error",
        "Cột “{value}” không được đọc, có lẽ là “{meant}” viết sai; hãy sửa tên cột.",
        "The column “{value}” is not read and is probably “{meant}” misspelled; correct the header.",
    ),
    "column_unknown": (
        "warning",
        "Cột “{value}” không có trong XLSForm nên bị bỏ qua; nếu là cột ghi chú riêng thì đặt tên bắt đầu bằng "
        "dấu _.",
        "XLSForm has no column “{value}”, so it is ignored; if it holds your own notes, begin its name with _.",
    ),
    "header_twice": (
        "error",
        "Cột “{value}” cùng nghĩa với cột “{other}” ({place}); hãy bỏ hoặc gộp một cột.",
        "The column “{value}” means the same as “{other}” ({place}); remove one or merge them.",
    ),
    "language_mixed": (
        "warning",
        "Cột “{value}” không ghi ngôn ngữ trong khi đã có “{other}”; hãy đổi tên thành “{meant}” hoặc xóa cột.",
        "The column “{value}” names no language although “{other}” is there; rename it to “{meant}” or delete it.",
    ),
    "language_misspelled": (
        "error",
        "Ngôn ngữ “{language}” ở cột “{value}” khác cách viết “{meant}” ở các cột kia, máy sẽ coi là một ngôn "
        "ngữ khác; hãy viết giống nhau từng ký tự.",
        "The language “{language}” in “{value}” is not written like “{meant}” elsewhere and would count as "
        "another one; write them alike, letter by letter.",
    ),
    "language_not_taken": (
        "error",
        "Cột “{value}” không có bản theo ngôn ngữ; hãy bỏ “::{language}”, chỉ để “{meant}”.",
        "The column “{value}” is the same in every language; remove “::{language}” and leave “{meant}”.",
    ),
    "language_code": (
        "warning",
        "Ngôn ngữ “{language}” thiếu mã; hãy viết như “Tiếng Việt (vi)” hoặc “English (en)”.",
        "The language “{language}” has no code; write it as “Tiếng Việt (vi)” or “English (en)”.",
    ),
    "default_language_unknown": (
        "error",
        "default_language là “{value}” nhưng không cột nào có ngôn ngữ này; hãy viết đúng một trong: {languages}.",
        "default_language is “{value}”, but no column has this language; write exactly one of: {languages}.",
    ),
    "translation_missing": (
        "warning",
        "Trang “{sheet}” có cột {column} bằng ngôn ngữ khác nhưng thiếu “{column}::{language}”; hãy thêm cột này.",
        "The sheet “{sheet}” has {column} in other languages, but no “{column}::{language}”; add the column.",
    ),
    "translation_blank": (
        "warning",
        "{column} bằng ngôn ngữ “{language}” đang trống trong khi ngôn ngữ khác đã có; hãy dịch, nếu không máy "
        "hiện dấu gạch.",
        "{column} is blank in “{language}” although another language has it; translate it, or tablets show a "
        "dash.",
    ),
}

FILES: dict[str, Sentence] = {
    "media_missing": (
        "error",
        "Chưa có tệp kèm theo “{file}”{meant_vi}; hãy đính kèm tệp này hoặc sửa tên.",
        "The file “{file}” is not attached{meant_en}; attach it, or correct its name.",
    ),
    "media_column_missing": (
        "error",
        "Tệp “{file}” không có cột “{word}” mà câu hỏi này cần; các cột có: {columns}. Hãy sửa tệp hoặc "
        "parameters.",
        "The file “{file}” has no column “{word}”, which this question needs; it has: {columns}. Correct the "
        "file or parameters.",
    ),
}

SETTINGS: dict[str, Sentence] = {
    "form_id_missing": (
        "error",
        "Thiếu mã biểu mẫu; hãy điền cột form_id của trang “settings”, ví dụ “{meant}”, và giữ nguyên mãi.",
        "The form ID is missing; fill in form_id on the sheet “settings”, such as “{meant}”, and keep it for "
        "good.",
    ),
    "form_id_suffix": (
        "error",
        "Mã biểu mẫu “{value}” không được kết thúc bằng .xml, .xls hoặc .xlsx; hãy đổi thành “{meant}”.",
        "The form ID “{value}” must not end in .xml, .xls or .xlsx; change it to “{meant}”.",
    ),
    "form_id_marks": (
        "warning",
        "Mã biểu mẫu “{value}” có dấu cách hoặc dấu tiếng Việt; nếu biểu chưa công bố lần nào, nên dùng "
        "“{meant}”.",
        "The form ID “{value}” has spaces or letters with marks; unless it was published already, use “{meant}”.",
    ),
    "version_missing": (
        "error",
        "Thiếu phiên bản, máy tính bảng không biết có bản mới; hãy điền cột version của trang “settings”, ví dụ "
        "2026112201.",
        "The version is missing, so tablets cannot tell versions apart; fill in version on “settings”, such as "
        "2026112201.",
    ),
    "version_same": (
        "error",
        "Phiên bản “{value}” đã công bố với nội dung khác; hãy tăng version, ví dụ “{meant}”.",
        "The version “{value}” was published with another text; raise it, for example to “{meant}”.",
    ),
    "title_missing": (
        "warning",
        "Thiếu tên biểu mẫu, máy tính bảng sẽ hiện mã biểu mẫu; hãy điền cột form_title của trang “settings”.",
        "The title is missing, so tablets show the form ID; fill in form_title on the sheet “settings”.",
    ),
    "settings_rows": (
        "warning",
        "Trang “settings” chỉ đọc dòng 2; dòng này bị bỏ qua, hãy xóa hoặc chuyển lên dòng 2.",
        "Only row 2 of “settings” is read; this row is ignored, so delete it or move it up to row 2.",
    ),
}
