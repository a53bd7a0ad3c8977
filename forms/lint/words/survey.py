"""What lint says of questions, names, choices and expressions."""

from .sentence import Sentence

TYPES: dict[str, Sentence] = {
    "type_unknown": (
        "error",
        "Không có loại câu hỏi “{value}”{meant_vi}; hãy chọn loại có trong XLSForm, ví dụ text, integer, "
        "select_one.",
        "There is no question type “{value}”{meant_en}; use a type of XLSForm, such as text, integer, select_one.",
    ),
    "type_missing": (
        "error",
        "Dòng này có tên hoặc nhãn nhưng chưa có loại câu hỏi; hãy điền cột type.",
        "This row has a name or label but no type; fill in the column type.",
    ),
    "begin_unmatched": (
        "error",
        "“{value}” {name} chưa được đóng; hãy thêm dòng end_{kind} sau câu hỏi cuối của nhóm.",
        "“{value}” {name} is never closed; add a row end_{kind} after its last question.",
    ),
    "end_unmatched": (
        "error",
        "Dòng “{value}” này không đóng nhóm nào; hãy xóa dòng, hoặc thêm begin_{kind} ở chỗ nhóm bắt đầu.",
        "This “{value}” closes nothing; delete the row, or add begin_{kind} where it should begin.",
    ),
    "end_mismatched": (
        "error",
        "Dòng “{value}” đứng ở chỗ phải đóng “{name}” mở tại ô {place}; hãy đổi thành end_{kind}.",
        "This “{value}” stands where “{name}”, opened at {place}, must be closed; change it to end_{kind}.",
    ),
    "empty_group": (
        "error",
        "Nhóm “{name}” không có câu hỏi nào; hãy thêm câu hỏi hoặc xóa cả dòng mở và dòng đóng nhóm.",
        "The group “{name}” has no questions; add some, or delete the rows that open and close it.",
    ),
    "no_questions": (
        "error",
        "Trang “survey” không có câu hỏi nào; hãy điền ít nhất một dòng có type và name.",
        "The sheet “survey” has no questions; fill in at least one row with type and name.",
    ),
    "list_not_named": (
        "error",
        "Loại “{value}” phải kèm tên danh sách, ví dụ “{value} yes_no”.",
        "The type “{value}” needs the name of a list, for example “{value} yes_no”.",
    ),
    "list_unknown": (
        "error",
        "Trang “choices” không có danh sách “{list}”{meant_vi}; hãy sửa tên, hoặc thêm danh sách vào trang "
        "“choices”.",
        "The sheet “choices” has no list “{list}”{meant_en}; correct the name, or add the list to “choices”.",
    ),
    "choices_missing": (
        "error",
        "Câu hỏi này chọn từ danh sách “{list}” nhưng tệp không có trang “choices”; hãy thêm trang “choices” với "
        "các cột list_name, name, label.",
        "This question chooses from the list “{list}”, but there is no sheet “choices”; add one with the columns "
        "list_name, name, label.",
    ),
    "external_select": (
        "error",
        "Không dùng select_one_external; hãy dùng select_one_from_file với một tệp .csv.",
        "select_one_external is not supported; use select_one_from_file with a .csv file.",
    ),
    "file_suffix": (
        "error",
        "Tên tệp “{file}” phải kết thúc bằng .csv, .xml hoặc .geojson; hãy sửa tên tệp.",
        "The file name “{file}” must end in .csv, .xml or .geojson; correct it.",
    ),
    "or_other_filter": (
        "error",
        "Câu hỏi có or_other thì không dùng được choice_filter; hãy thêm lựa chọn “Khác” vào danh sách và một "
        "câu hỏi text.",
        "choice_filter cannot be used with or_other; add a choice “Other” to the list and a text question.",
    ),
    "label_missing": (
        "error",
        "Câu hỏi “{name}” chưa có nhãn, người điền sẽ thấy màn hình trống; hãy điền cột label.",
        "The question “{name}” has no label, so enumerators would see a blank screen; fill in label.",
    ),
    "group_label_missing": (
        "warning",
        "Nhóm lặp “{name}” chưa có nhãn, người điền không biết đang thêm gì; hãy điền cột label.",
        "The repeat “{name}” has no label, so enumerators cannot tell what they add; fill in label.",
    ),
    "calculation_missing": (
        "error",
        "Dòng calculate “{name}” chưa có công thức; hãy điền cột calculation.",
        "The calculate “{name}” has no formula; fill in calculation.",
    ),
    "appearance_misspelled": (
        "warning",
        "Kiểu hiển thị “{word}” không có trong ODK Collect, có lẽ là “{meant}”; hãy sửa cột appearance.",
        "ODK Collect has no appearance “{word}”, it is probably “{meant}”; correct the column appearance.",
    ),
    "message_alone": (
        "warning",
        "Có {column} nhưng cột {needed} trống nên câu này không bao giờ hiện; hãy điền {needed} hoặc xóa câu.",
        "There is a {column} but no {needed}, so it is never shown; fill in {needed} or clear it.",
    ),
    "default_not_in_list": (
        "error",
        "Giá trị mặc định “{value}” không có trong danh sách “{list}”; hãy dùng tên (cột name) của một lựa chọn.",
        "The default “{value}” is not in the list “{list}”; use the name of one of its choices.",
    ),
    "default_not_valid": (
        "error",
        "Giá trị mặc định “{value}” không hợp với loại {type}; hãy viết {example}.",
        "The default “{value}” does not fit the type {type}; write it like {example}.",
    ),
}

NAMES: dict[str, Sentence] = {
    "name_missing": (
        "error",
        "Câu hỏi hoặc nhóm này chưa có tên; hãy điền cột name bằng chữ không dấu, ví dụ “{meant}”.",
        "This question or group has no name; fill in name with plain letters, for example “{meant}”.",
    ),
    "name_characters": (
        "error",
        "Tên “{value}” không hợp lệ (không dấu cách, không bắt đầu bằng số, chỉ chữ, số, _ - .); hãy đổi thành "
        "“{meant}”.",
        "The name “{value}” is not allowed (no spaces, no leading digit, only letters, digits, _ - .); use "
        "“{meant}”.",
    ),
    "name_marks": (
        "warning",
        "Tên “{value}” có dấu tiếng Việt; Excel và phần mềm thống kê dễ đọc sai, nên đổi thành “{meant}” trước "
        "khi công bố.",
        "The name “{value}” has letters with marks, which Excel and statistics programs may misread; use "
        "“{meant}”.",
    ),
    "name_long": (
        "warning",
        "Tên “{value}” dài {length} ký tự; nên dưới {limit} để bảng xuất ra còn đọc được.",
        "The name “{value}” has {length} characters; keep it below {limit} so that exports stay readable.",
    ),
    "name_duplicate": (
        "error",
        "Tên “{value}” đã dùng ở ô {place} trong cùng nhóm; hãy đặt tên khác, ví dụ “{meant}”.",
        "The name “{value}” is already used at {place} in the same group; choose another, such as “{meant}”.",
    ),
    "name_case": (
        "warning",
        "Tên “{value}” chỉ khác “{other}” ({place}) ở chữ hoa, chữ thường; hãy đặt tên khác hẳn để khỏi nhầm.",
        "The name “{value}” differs from “{other}” ({place}) only in upper and lower case; choose a distinct "
        "name.",
    ),
    "name_meta": (
        "error",
        "Tên “meta” dành riêng cho hệ thống; hãy đặt tên khác.",
        "The name “meta” is reserved; choose another.",
    ),
    "repeat_name_duplicate": (
        "error",
        "Đã có nhóm lặp khác tên “{value}” ở ô {place}; tên nhóm lặp phải khác nhau trong cả biểu mẫu, hãy đổi "
        "một tên.",
        "Another repeat is named “{value}” at {place}; repeat names must differ in the whole form, so rename one.",
    ),
    "repeat_name_root": (
        "error",
        "Nhóm lặp không được mang tên “{value}” vì trùng tên gốc của biểu mẫu; hãy đặt tên khác.",
        "A repeat must not be named “{value}” like the root of the form; choose another name.",
    ),
}

CHOICES: dict[str, Sentence] = {
    "list_name_missing": (
        "warning",
        "Lựa chọn này không thuộc danh sách nào nên bị bỏ qua; hãy điền cột list_name.",
        "This choice belongs to no list and is ignored; fill in list_name.",
    ),
    "choice_name_missing": (
        "error",
        "Lựa chọn này chưa có mã; hãy điền cột name, ví dụ “{meant}”.",
        "This choice has no name; fill in name, for example “{meant}”.",
    ),
    "choice_label_missing": (
        "warning",
        "Lựa chọn “{name}” chưa có nhãn, người điền sẽ thấy mã; hãy điền cột label.",
        "The choice “{name}” has no label, so enumerators see its code; fill in label.",
    ),
    "choice_name_duplicate": (
        "error",
        "Mã “{value}” bị lặp trong danh sách “{list}” (đã có ở ô {place}); hãy đổi một mã.",
        "The name “{value}” appears twice in the list “{list}” (first at {place}); change one.",
    ),
    "choice_name_spaces": (
        "error",
        "Mã “{value}” có dấu cách, không dùng được cho câu chọn nhiều; hãy đổi thành “{meant}”.",
        "The name “{value}” has a space, which select_multiple cannot use; change it to “{meant}”.",
    ),
    "choice_name_marks": (
        "warning",
        "Mã “{value}” có dấu cách hoặc dấu tiếng Việt, dễ sai khi so sánh; nên dùng “{meant}”.",
        "The name “{value}” has spaces or letters with marks and is easily mistyped in conditions; better "
        "“{meant}”.",
    ),
    "list_unused": (
        "warning",
        "Không câu hỏi nào dùng danh sách “{value}”; hãy xóa, hoặc kiểm tra lại tên ở cột type.",
        "No question uses the list “{value}”; delete it, or check the name in the column type.",
    ),
    "choice_value_unknown": (
        "error",
        "Điều kiện so với “{word}” nhưng danh sách “{list}” của “{question}” không có mã này{meant_vi}, nên "
        "không bao giờ đúng; hãy dùng mã ở cột name.",
        "The condition compares with “{word}”, but the list “{list}” of “{question}” has no such name{meant_en}, "
        "so it is never true; use a name of that list.",
    ),
    "filter_column_unknown": (
        "error",
        "choice_filter gọi cột “{word}” nhưng {where_vi} không có cột này{meant_vi}; hãy sửa tên hoặc thêm cột.",
        "choice_filter uses the column “{word}”, but {where_en} has none{meant_en}; correct the name or add the "
        "column.",
    ),
}

EXPRESSIONS: dict[str, Sentence] = {
    "reference_syntax": (
        "error",
        "Cách gọi câu hỏi “{word}” viết sai; phải viết đúng dạng ${{tên}}, không dấu cách, ví dụ “{meant}”.",
        "The reference “{word}” is not well written; write ${{name}} without spaces, such as “{meant}”.",
    ),
    "reference_unknown": (
        "error",
        "Ô này gọi “{word}” nhưng không có câu hỏi nào tên như vậy{meant_vi}; hãy sửa tên trong ${{…}}.",
        "This cell refers to “{word}”, but no question has this name{meant_en}; correct the name in ${{…}}.",
    ),
    "reference_ambiguous": (
        "error",
        "Ô này gọi “{word}” nhưng có nhiều câu hỏi tên này ({places}); hãy đổi tên để chỉ còn một.",
        "This cell refers to “{word}”, but several questions have this name ({places}); rename them until only "
        "one is left.",
    ),
    "reference_into_repeat": (
        "warning",
        "“{word}” nằm trong nhóm lặp “{repeat}” nhưng được gọi từ bên ngoài, nên chỉ thấy lần đầu; hãy dùng "
        "sum(), count() hay indexed-repeat().",
        "“{word}” stands in the repeat “{repeat}” but is used outside it, so only its first answer counts; use "
        "sum(), count() or indexed-repeat().",
    ),
    "reference_missing": (
        "error",
        "Viết “{word}” không có ${{}} nên máy không hiểu là câu hỏi “{word}”; hãy viết ${{{word}}}.",
        "“{word}” is written without ${{}}, so it is not taken for the question “{word}”; write ${{{word}}}.",
    ),
    "name_unknown": (
        "error",
        "“{word}” không phải câu hỏi, hàm hay chữ trong dấu nháy; nếu là chữ thì viết '{word}', nếu là câu hỏi "
        "thì viết ${{tên}}.",
        "“{word}” is no question, function or quoted text; write '{word}' for a text, ${{name}} for a question.",
    ),
    "quote_open": (
        "error",
        'Dấu nháy {word} mở mà không đóng; hãy thêm dấu nháy đóng, và dùng dấu " bên ngoài nếu bên trong có dấu '
        "'.",
        "The quote {word} is opened but not closed; close it, and use \" around a text that holds a '.",
    ),
    "quotes_curly": (
        "error",
        "Word hoặc Excel đã đổi dấu nháy thành “ ” ‘ ’ và làm hỏng biểu thức; hãy gõ lại dấu nháy thẳng ' '.",
        "Word or Excel turned quotes into “ ” ‘ ’ and broke the expression; type straight quotes ' ' again.",
    ),
    "bracket_open": (
        "error",
        "Dấu ngoặc “{word}” mở mà không đóng; hãy đếm lại số ngoặc và thêm “{meant}”.",
        "The bracket “{word}” is opened but not closed; count the brackets and add “{meant}”.",
    ),
    "bracket_closed": (
        "error",
        "Thừa dấu ngoặc đóng “{word}”; hãy xóa, hoặc thêm ngoặc mở trước đó.",
        "There is one “{word}” too many; delete it, or open a bracket before it.",
    ),
    "operator_foreign": (
        "error",
        "Không có phép “{word}” trong XLSForm; hãy dùng “{meant}”.",
        "XLSForm has no operator “{word}”; use “{meant}”.",
    ),
    "separator_semicolon": (
        "error",
        "Các phần trong hàm phải cách nhau bằng dấu phẩy, không phải “;”; hãy đổi thành dấu phẩy.",
        "The parts of a function are separated by commas, not “;”; change it to a comma.",
    ),
    "separator_outside": (
        "error",
        "Hai điều kiện không nối với nhau bằng “;”; hãy đổi thành and (cả hai đều đúng) hoặc or (một trong hai đúng).",
        "Two conditions are not joined by “;”; change it to and (both are true) or or (one of them is).",
    ),
    "function_unknown": (
        "error",
        "Không có hàm “{word}()” trong ODK{meant_vi}; hãy sửa tên hàm (viết chữ thường).",
        "ODK has no function “{word}()”{meant_en}; correct its name (in lower case).",
    ),
    "function_arguments": (
        "error",
        "Hàm {word}() cần {needed_vi} phần cách nhau bằng dấu phẩy, ở đây có {count}; hãy thêm hoặc bớt cho đủ.",
        "The function {word}() takes {needed_en}, here it has {count}; add or remove some.",
    ),
    "instance_unknown": (
        "error",
        "instance('{word}') gọi danh sách không có trong biểu mẫu{meant_vi}; hãy dùng tên danh sách ở trang "
        "“choices” hoặc tên tệp không có đuôi.",
        "instance('{word}') names a list that is not in the form{meant_en}; use a list of “choices”, or the name "
        "of a file without its ending.",
    ),
    "expression": (
        "error",
        "Biểu thức viết sai cú pháp{near_vi}; hãy kiểm tra phép tính, dấu phẩy và các chữ and, or.",
        "The expression is not well formed{near_en}; check its operators, commas and the words and, or.",
    ),
    "yes_no_value": (
        "error",
        "Cột {column} phải là yes hoặc no (hoặc một điều kiện); “{value}” không hiểu được, hãy viết “{meant}”.",
        "{column} must be yes or no (or a condition); “{value}” is not understood, write “{meant}”.",
    ),
    "cycle": (
        "error",
        "Các dòng gọi vòng lẫn nhau nên không tính được: {circle}; hãy bỏ một lần gọi trong vòng.",
        "These rows depend on each other in a circle and cannot be computed: {circle}; remove one of the "
        "references.",
    ),
}
