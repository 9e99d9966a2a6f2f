/** Hand-made tables of names (certainty in rulepacks/names/SOURCE.md). Percentages and weights are rounded. */

/** Family names of the Kinh and how many in a hundred bear them. */
export const FAMILY = `
Nguyễn=38.4, Trần=11, Lê=9.5, Phạm=7, Huỳnh=2.6, Hoàng=2.5, Phan=4.5, Vũ=2.1, Võ=1.8, Đặng=2.1, Bùi=2, Đỗ=1.4, Hồ=1.3,
Ngô=1.3, Dương=1, Lý=0.5, Đào=0.7, Đinh=0.8, Đoàn=0.7, Lâm=0.5, Mai=0.6, Trịnh=0.6, Trương=0.9, Cao=0.5, Hà=0.5,
Lương=0.5, Tạ=0.35, Châu=0.25, Phùng=0.4, Tô=0.3, Thái=0.3, Chu=0.25, Tống=0.2, Kiều=0.2, La=0.15, Quách=0.1, Vương=0.2,
Văn=0.15, Lưu=0.35, Tăng=0.15, Từ=0.12, Triệu=0.15, Nghiêm=0.12, Doãn=0.06, Khổng=0.05, Bạch=0.05, Cù=0.05, Thân=0.1,
Đàm=0.15, Hứa=0.08, Ninh=0.08, Mạc=0.06, Lục=0.04, Diệp=0.08, Tiêu=0.04, Ông=0.02, Âu=0.02, Giang=0.04, Lã=0.04,
Nhan=0.01, Ung=0.01, Viên=0.02, Khuất=0.04, Phí=0.04, Trang=0.06, Kim=0.06, Thạch=0.05, Danh=0.05, Sơn=0.03, Cung=0.02,
Bành=0.01, Vi=0.03, Đồng=0.05, Đổng=0.03, Mã=0.02, Ngụy=0.02, Lại=0.12, Bế=0.02, Nông=0.03, Quản=0.02, Thiều=0.02,
Tôn=0.06, Hầu=0.01, Liêu=0.01, Lữ=0.03, Uông=0.02, Yên=0.01
`;

/** Middle name | weight for people born before 1985 | since 1985. The empty name means none. */
export const MIDDLE_MALE = `
Văn|55|14
Đức|6|9
Hữu|5|5
Xuân|5|4
Đình|4|4
Công|3|4
Quang|4|7
Minh|3|11
Ngọc|4|5
Thanh|4|5
Quốc|3|6
Anh|1|5
Trọng|2|3
Bá|2|1
Thế|2|3
Duy|1|5
Hoàng|1|7
Gia|0|6
Tuấn|1|4
Việt|1|3
Mạnh|1|3
Trung|1|3
Tiến|1|3
Huy|0|3
Nhật|0|3
Khánh|0|3
Bảo|0|3
Tấn|2|2
Viết|1|1
Phú|1|1
Hải|1|2
|3|1
`;

export const MIDDLE_FEMALE = `
Thị|68|22
Thị Thu|3|4
Thị Thanh|4|4
Thị Kim|4|2
Thị Ngọc|3|4
Thị Hồng|3|3
Thị Minh|2|2
Thị Bích|2|2
Thị Phương|1|3
Thị Thúy|2|2
Thị Mỹ|2|2
Thị Lan|1|1
Thị Tuyết|1|1
Thị Mai|1|1
Thị Như|0|1
Ngọc|3|9
Thanh|2|5
Thu|2|5
Minh|1|5
Phương|1|6
Kim|2|3
Khánh|0|4
Bảo|0|5
Hồng|1|3
Quỳnh|0|4
Thùy|1|4
Mai|0|4
Hoàng|0|3
Gia|0|3
Như|0|3
Tú|0|2
Hà|0|2
Diệu|0|2
`;

/** Given name of one syllable | weight before 1985 | since 1985. */
export const SINGLE_MALE = `
Hùng|10|4
Dũng|9|4
Tuấn|9|6
Hải|8|4
Minh|7|9
Cường|7|4
Long|4|7
Nam|5|8
Sơn|8|4
Thành|8|6
Thắng|7|4
Hòa|7|2
Bình|8|2
Tâm|6|2
Quang|6|5
Hưng|5|6
Trung|6|4
Đức|5|7
Tùng|4|5
Việt|4|4
Anh|4|8
Phong|3|6
Phúc|4|7
Hiếu|4|6
Huy|2|8
Hoàng|3|8
Khoa|2|6
Kiên|3|5
Lâm|5|4
Linh|2|2
Lộc|4|4
Lợi|5|2
Mạnh|5|4
Nghĩa|5|4
Nhân|4|4
Phát|3|5
Phương|4|2
Quân|3|6
Quốc|4|3
Sáng|4|2
Tài|5|5
Tân|5|2
Thái|5|4
Thanh|7|2
Thiện|4|4
Thịnh|4|5
Thuận|5|2
Tiến|6|5
Toàn|5|4
Trí|4|5
Trường|4|4
Tú|3|4
Tường|3|1
Vinh|6|4
Vũ|4|4
Xuân|5|1
Bảo|1|7
Duy|2|6
Đạt|3|7
Khang|0|6
Khôi|0|5
Nguyên|1|5
Bách|1|3
Chiến|5|2
Công|4|2
Cảnh|3|1
Dương|2|4
Giang|3|2
Hậu|4|2
Hiệp|4|2
Hợp|3|0
Khải|1|3
Luân|2|2
Nhật|1|3
Phú|4|2
Quý|4|2
Sinh|4|1
Thọ|5|1
Thông|3|2
Tính|3|0
Tý|2|0
Út|2|0
Vượng|3|1
`;

export const SINGLE_FEMALE = `
Lan|10|2
Hoa|10|1
Hương|9|5
Mai|8|4
Hằng|7|4
Nga|8|2
Hà|6|5
Thảo|4|8
Linh|3|11
Trang|3|9
Phương|5|7
Thủy|8|2
Thu|7|2
Hồng|8|2
Hạnh|8|3
Loan|7|1
Liên|7|1
Yến|5|4
Oanh|5|2
Vân|6|4
Tuyết|7|1
Thanh|7|2
Tâm|6|2
Xuân|6|1
Bình|5|1
Hiền|7|4
Huyền|3|6
Dung|6|2
Đào|5|1
Cúc|5|0
Nhung|4|4
Ngọc|5|6
Anh|3|10
My|0|5
Ly|0|4
Vy|0|8
Ngân|2|7
Nhi|0|7
Quỳnh|1|6
Châu|2|5
Chi|1|6
Diệp|1|3
Diễm|3|2
Duyên|2|4
Giang|2|3
Hân|0|5
Hòa|6|1
Huệ|6|1
Khánh|1|3
Kiều|2|2
Lệ|5|0
Lợi|4|0
Lý|4|1
Mỹ|4|1
Nguyệt|6|1
Nhàn|5|1
Phượng|5|2
Quyên|3|3
Sen|4|0
Thắm|4|1
Thơm|4|1
Thơ|2|2
Thư|1|6
Thúy|5|3
Thương|3|4
Tiên|1|4
Trâm|1|4
Trân|0|3
Trinh|2|4
Trúc|1|4
Tú|1|3
Uyên|1|5
Hậu|4|1
Bích|4|1
Ánh|4|4
An|1|5
Bảy|3|0
Sáu|3|0
Út|3|0
Nở|2|0
Tươi|3|0
Luyến|3|1
`;
