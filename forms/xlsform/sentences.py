"""What pyxform says, by its own codes, in plain Vietnamese and English.

Each entry: our code, the column concerned ("" where the message names it), the
sentences. Words in braces come from the message; {cell} is the text found in
the cell, {column} the column.
"""

Sentences = tuple[str, str, str, str]

# By name of pyxform.errors.ErrorCode.
CODED: dict[str, Sentences] = {
    "ENTITY_001": (
        "save_to_without_entities", "save_to",
        "Có cột save_to nhưng không có trang “entities” khai báo danh sách.",
        "save_to is used, but no sheet “entities” declares a list.",
    ),
    "ENTITY_002": (
        "save_to_duplicate", "save_to",
        "Thuộc tính “{saveto}” đã được dòng {other_row} ghi; mỗi thuộc tính chỉ ghi một lần.",
        "The property “{saveto}” is already written by row {other_row}.",
    ),
    "ENTITY_003": (
        "save_to_on_group", "save_to",
        "Nhóm và nhóm lặp không thể ghi vào danh sách; hãy bỏ save_to ở dòng này.",
        "Groups and repeats cannot be saved to a list; remove save_to from this row.",
    ),
    "ENTITY_004": (
        "save_to_unknown_list", "save_to",
        "Danh sách “{dataset}” chưa được khai báo trên trang “entities”.",
        "The list “{dataset}” is not declared on the sheet “entities”.",
    ),
    "ENTITY_005": (
        "entity_label_missing", "label",
        "Danh sách “{dataset}” cần cột label khi tạo mới.",
        "The list “{dataset}” needs a label to create entities.",
    ),
    "ENTITY_006": (
        "entity_update_if_missing", "update_if",
        "Danh sách “{dataset}” vừa tạo vừa cập nhật thì phải có update_if.",
        "The list “{dataset}” creates and updates, so it needs update_if.",
    ),
    "ENTITY_007": (
        "entity_id_missing", "entity_id",
        "Danh sách “{dataset}” muốn cập nhật thì phải có entity_id.",
        "The list “{dataset}” needs entity_id to update entities.",
    ),
    "ENTITY_008": (
        "save_to_prefix_missing", "save_to",
        "Biểu mẫu có nhiều danh sách nên save_to phải viết dạng tên_danh_sách#thuộc_tính; ở đây là “{cell}”.",
        "With several lists, save_to must be written list#property; found “{cell}”.",
    ),
    "ENTITY_009": (
        "entity_no_place", "list_name",
        "Danh sách này trùng chỗ với danh sách ở dòng {other_row}; mỗi nhóm chỉ ghi được một danh sách.",
        "This list would stand where that of row {other_row} does; each group can hold one.",
    ),
    "ENTITY_011": (
        "save_to_scope", "save_to",
        "Danh sách “{dataset}” được ghi từ hai nơi ({scope} và {other_scope}); hãy ghi từ một nhóm lặp.",
        "The list “{dataset}” is written from two places ({scope} and {other_scope}).",
    ),
    "ENTITY_012": (
        "entity_scope", "list_name",
        "Danh sách “{dataset}” dùng câu hỏi “{question}” ở {scope}, khác nơi ghi danh sách ({other_scope}).",
        "The list “{dataset}” uses “{question}” in {scope}, not where the list is written ({other_scope}).",
    ),
    "ENTITY_013": (
        "save_to_delimiters", "save_to",
        "save_to chỉ được có một dấu #; ở đây là “{cell}”.",
        "save_to may have one # only; found “{cell}”.",
    ),
    "HEADER_001": (
        "header_row", "",
        "Dòng đầu trang “{sheet_name}” không phải là tên cột.",
        "The first row of the sheet “{sheet_name}” does not hold column names.",
    ),
    "HEADER_002": (
        "header_twice", "",
        "Trang “{sheet_name}” có hai cột cùng nghĩa: “{other}” và “{header}”; hãy bỏ một cột.",
        "The sheet “{sheet_name}” has two columns for the same thing: “{other}” and “{header}”.",
    ),
    "HEADER_003": (
        "header_missing", "",
        "Trang “{sheet_name}” thiếu cột bắt buộc: {missing}.",
        "The sheet “{sheet_name}” lacks required columns: {missing}.",
    ),
    "HEADER_004": (
        "choices_header", "",
        "Tên cột “{column}” trên trang “choices” trống hoặc có dấu cách; cột này bị bỏ qua.",
        "The column name “{column}” on the sheet “choices” is blank or has spaces; it is ignored.",
    ),
    "HEADER_005": (
        "entities_header", "",
        "Trang “entities” có cột không hiểu được: {columns}.",
        "The sheet “entities” has unknown columns: {columns}.",
    ),
    "LABEL_001": (
        "choice_label_missing", "label",
        "Lựa chọn này chưa có nhãn.",
        "This choice has no label.",
    ),
    "NAMES_001": (
        "name_duplicate", "name",
        "Tên “{value}” đã dùng cho câu hỏi khác trong cùng nhóm.",
        "The name “{value}” is already used in the same group.",
    ),
    "NAMES_002": (
        "name_case", "name",
        "Tên “{value}” chỉ khác tên khác ở chữ hoa, chữ thường; dễ nhầm khi xử lý số liệu.",
        "The name “{value}” differs from another only in upper and lower case.",
    ),
    "NAMES_003": (
        "repeat_name_root", "name",
        "Nhóm lặp không được mang tên “{value}” vì trùng tên gốc của biểu mẫu.",
        "A repeat must not be named “{value}” like the root of the form.",
    ),
    "NAMES_004": (
        "repeat_name_duplicate", "name",
        "Đã có nhóm lặp khác tên “{value}”; tên nhóm lặp phải khác nhau trong cả biểu mẫu.",
        "Another repeat is named “{value}”; repeat names must differ in the whole form.",
    ),
    "NAMES_005": (
        "name_meta", "name",
        "Tên “meta” là tên dành riêng, không dùng cho câu hỏi.",
        "The name “meta” is reserved.",
    ),
    "NAMES_006": (
        "choice_name_missing", "name",
        "Lựa chọn này chưa có tên (cột name).",
        "This choice has no name.",
    ),
    "NAMES_007": (
        "choice_name_duplicate", "name",
        "Tên lựa chọn “{cell}” bị lặp trong cùng một danh sách.",
        "The choice name “{cell}” appears twice in its list.",
    ),
    "NAMES_008": (
        "name_characters", "",
        "Tên “{cell}” không hợp lệ: phải bắt đầu bằng chữ cái hoặc _, sau đó chỉ gồm chữ, số, _ - .",
        "The name “{cell}” is not allowed: start with a letter or _, then letters, digits, _ - .",
    ),
    "NAMES_009": (
        "name_characters", "",
        "Giá trị “{name}” không hợp lệ: phải bắt đầu bằng chữ cái hoặc _, sau đó chỉ gồm chữ, số, _ - .",
        "The value “{name}” is not allowed: start with a letter or _, then letters, digits, _ - .",
    ),
    "NAMES_010": (
        "entity_name_underscores", "",
        "Tên “{cell}” không được bắt đầu bằng hai dấu gạch dưới.",
        "The name “{cell}” must not begin with two underscores.",
    ),
    "NAMES_011": (
        "entity_name_period", "",
        "Tên “{cell}” không được có dấu chấm.",
        "The name “{cell}” must not contain a period.",
    ),
    "NAMES_012": (
        "property_reserved", "",
        "Không được ghi vào thuộc tính tên “name” hoặc “label”; ở đây là “{cell}”.",
        "A property must not be called “name” or “label”; found “{cell}”.",
    ),
    "NAMES_013": (
        "sheet_misspelled", "",
        "Không thấy trang “{sheet}”, nhưng có trang tên gần giống: {candidates}. Có phải viết sai tên?",
        "There is no sheet “{sheet}”, but one with a similar name: {candidates}.",
    ),
    "NAMES_014": (
        "entity_list_duplicate", "list_name",
        "Danh sách “{cell}” được khai báo hai lần.",
        "The list “{cell}” is declared twice.",
    ),
    "NAMES_015": (
        "entity_list_missing", "list_name",
        "Dòng này chưa có tên danh sách (list_name).",
        "This row has no list_name.",
    ),
    "PYREF_001": (
        "reference_syntax", "",
        "Cách gọi câu hỏi trong cột {column} viết sai; phải viết dạng ${{tên}}.",
        "A reference in {column} is not well written; write ${{name}}.",
    ),
    "PYREF_002": (
        "reference_commas", "",
        "Các câu hỏi trong cột {column} phải cách nhau bằng dấu phẩy.",
        "References in {column} must be separated by commas.",
    ),
    "PYREF_003": (
        "reference_unknown", "",
        "Cột {column} gọi câu hỏi “{q}” nhưng không có câu hỏi nào tên như vậy.",
        "{column} refers to “{q}”, but no question has this name.",
    ),
    "PYREF_004": (
        "reference_ambiguous", "",
        "Cột {column} gọi “{q}” nhưng có nhiều câu hỏi cùng tên này.",
        "{column} refers to “{q}”, but several questions have this name.",
    ),
    "SURVEY_001": (
        "end_unmatched", "type",
        "Dòng end_{type} này không có begin_{type} tương ứng.",
        "This end_{type} has no begin_{type}.",
    ),
    "SURVEY_002": (
        "begin_unmatched", "type",
        "begin_{type} “{name}” chưa được đóng bằng end_{type}.",
        "begin_{type} “{name}” is never closed by end_{type}.",
    ),
    "SURVEY_004": (
        "parameters_syntax", "parameters",
        "Cột parameters viết sai: “{cell}”; phải viết dạng tên=giá_trị.",
        "parameters is not well written: “{cell}”; write key=value.",
    ),
    "SURVEY_005": (
        "parameters_unknown", "parameters",
        "Tham số {rejected} không dùng được ở đây; chỉ nhận {accepted}.",
        "The parameter {rejected} is not known here; accepted are {accepted}.",
    ),
}  # fmt: skip

# A number or choice in `parameters` that is out of its bounds: one sentence for all of them.
PARAMETER_CODES = (
    *(f"RANGE_{number:03}" for number in range(1, 13)),
    "SURVEY_003", "SURVEY_006", "SURVEY_007", "SURVEY_008", "SURVEY_009",
)  # fmt: skip
PARAMETERS: Sentences = (
    "parameters_value", "parameters",
    "Giá trị trong cột parameters không hợp lệ: “{cell}”.",
    "A value in parameters is not valid: “{cell}”.",
)  # fmt: skip

# Messages without a code: a pattern, searched for.
WORDED: dict[str, Sentences] = {
    r"Unknown question type '(?P<value>[^']*)'": (
        "type_unknown", "type",
        "Không có loại câu hỏi “{value}”.",
        "There is no question type “{value}”.",
    ),
    r"Question with no type": (
        "type_missing", "type",
        "Dòng này có tên hoặc nhãn nhưng chưa có loại câu hỏi (type).",
        "This row has a name or label, but no type.",
    ),
    r"Question or group with no name": (
        "name_missing", "name",
        "Câu hỏi hoặc nhóm này chưa có tên (name).",
        "This question or group has no name.",
    ),
    r"Missing calculation": (
        "calculation_missing", "calculation",
        "Dòng calculate này chưa có công thức (calculation).",
        "This calculate has no calculation.",
    ),
    r"List name not in (?:external )?choices sheet: (?P<value>.+)": (
        "list_unknown", "type",
        "Không có danh sách lựa chọn “{value}” trên trang “choices”.",
        "There is no choice list “{value}” on the sheet “choices”.",
    ),
    r"There should be a choices sheet": (
        "choices_missing", "",
        "Biểu mẫu có câu hỏi lựa chọn nhưng không có trang “choices”.",
        "The form has select questions, but no sheet “choices”.",
    ),
    r"Choice names with spaces cannot be added .* See \[(?P<value>.*?)\] in \[(?P<list>.*?)\]": (
        "choice_name_spaces", "name",
        "Tên lựa chọn “{value}” của danh sách “{list}” có dấu cách, không dùng được cho câu chọn nhiều.",
        "The choice name “{value}” of the list “{list}” has a space; select_multiple cannot use it.",
    ),
    r"Audits must always be named 'audit": (
        "audit_name", "name",
        "Dòng audit phải để trống cột name.",
        "The name of an audit row must be blank.",
    ),
    r"There is no survey element named '(?P<q>[^']*)'": (
        "reference_unknown", "",
        "Có chỗ gọi câu hỏi “{q}” nhưng không có câu hỏi nào tên như vậy.",
        "“{q}” is referred to, but no question has this name.",
    ),
    r"There are multiple survey elements named '(?P<q>[^']*)'": (
        "reference_ambiguous", "",
        "Có chỗ gọi “{q}” nhưng có nhiều câu hỏi cùng tên này.",
        "“{q}” is referred to, but several questions have this name.",
    ),
    r"The survey element named '(?P<named>[^']*)' has no label or hint": (
        "label_missing", "label",
        "Câu hỏi “{named}” chưa có nhãn (label).",
        "The question “{named}” has no label.",
    ),
    r"The question \$\{(?P<q>[^}]*)\} is not user-visible .* for question \$\{(?P<named>[^}]*)\}": (
        "trigger_invisible", "trigger",
        "Câu hỏi “{named}” chờ câu “{q}”, nhưng câu đó không hiện cho người dùng.",
        "“{named}” waits for “{q}”, which is never shown.",
    ),
    r"File name for '(?P<value>[^']*)' should end with one of": (
        "file_suffix", "type",
        "Tên tệp trong “{value}” phải kết thúc bằng .csv, .xml hoặc .geojson.",
        "The file name in “{value}” must end in .csv, .xml or .geojson.",
    ),
    r"The same instance id will be generated .* Instance name: '(?P<value>[^']*)'": (
        "instance_conflict", "",
        "Tên “{value}” được dùng cho hai nguồn dữ liệu khác nhau.",
        "The name “{value}” stands for two different sources of data.",
    ),
    r"Choice filter not supported with or_other": (
        "or_other_filter", "choice_filter",
        "Câu hỏi có or_other thì không dùng được choice_filter.",
        "choice_filter cannot be used with or_other.",
    ),
    r"Parameter (?P<parameter>\S+) must have an integer value": (
        "parameters_value", "parameters",
        "Tham số {parameter} phải là số nguyên.",
        "The parameter {parameter} must be a whole number.",
    ),
    r"Use the max-pixels parameter": (
        "max_pixels", "parameters",
        "Nên thêm max-pixels (ví dụ max-pixels=1280) để ảnh nhẹ, gửi nhanh.",
        "Add max-pixels (for example max-pixels=1280) so that photos are quick to send.",
    ),
    r"(?P<kind>Group|Repeat) has no label": (
        "group_label_missing", "label",
        "Nhóm này chưa có nhãn.",
        "This group has no label.",
    ),
    r"Language '(?P<language>[^']*)' is missing the (?P<sheet>survey|choices) (?P<column>[\w:-]+) column": (
        "translation_missing", "",
        "Trang “{sheet}” thiếu cột {column} cho ngôn ngữ “{language}”.",
        "The sheet “{sheet}” has no {column} in the language “{language}”.",
    ),
    r"Language '(?P<language>[^']*)' is missing the (?P<sheet>survey|choices) columns (?P<columns>.+?)\.": (
        "translation_missing", "",
        "Trang “{sheet}” thiếu các cột {columns} cho ngôn ngữ “{language}”.",
        "The sheet “{sheet}” lacks {columns} in the language “{language}”.",
    ),
    r"language declarations do not contain valid machine-readable codes: (?P<value>.+?)\. Learn": (
        "language_code", "",
        "Tên ngôn ngữ thiếu mã, hãy viết như “Tiếng Việt (vi)”: {value}.",
        "Languages without a code, write for example “English (en)”: {value}.",
    ),
    r"Row without name, text, or label is being skipped": (
        "row_skipped", "",
        "Dòng này không có loại, tên và nhãn nên bị bỏ qua.",
        "This row has no type, name or label and is skipped.",
    ),
    r"The 'disabled' column header": (
        "disabled_column", "disabled",
        "Cột disabled không còn dùng; hãy dùng relevant.",
        "The column disabled is out of use; use relevant.",
    ),
}  # fmt: skip

UNKNOWN_ERROR: Sentences = (
    "pyxform", "",
    "Bộ chuyển đổi báo lỗi ở chỗ này; xem nguyên văn tiếng Anh bên dưới.",
    "The converter reports an error here; see its words below.",
)  # fmt: skip
UNKNOWN_WARNING: Sentences = (
    "pyxform", "",
    "Bộ chuyển đổi có lưu ý ở chỗ này; xem nguyên văn tiếng Anh bên dưới.",
    "The converter has a remark here; see its words below.",
)  # fmt: skip
