import type { Text } from '@mach/base/problem.ts';
import { parseScope } from '@mach/engine';

export type Language = 'vi' | 'en';

/** The language that was asked for, else that of the browser; Vietnamese where neither says English first. */
export function languageOf(asked: unknown, accepted: unknown): Language {
  if (asked === 'vi' || asked === 'en') return asked;
  const first = String(asked ?? accepted ?? '').split(/[ ,;]/)[0] ?? '';
  return /^en\b/i.test(first) ? 'en' : 'vi';
}

const t = (vi: string, en: string): Text => ({ vi, en });

export const TEXTS = {
  signIn: t('Đăng nhập', 'Sign in'),
  signInFor: t('để mở {app}', 'to open {app}'),
  account: t('Tài khoản', 'Account'),
  password: t('Mật khẩu', 'Password'),
  code: t('Mã xác thực hoặc mã khôi phục', 'Authenticator or recovery code'),
  next: t('Tiếp tục', 'Continue'),
  inApp: t(
    'Tài khoản này cần thêm một bước ở trang đăng nhập chính. Mở trang đó trong thẻ khác, đăng nhập xong rồi quay lại đây.',
    'This account needs one more step on the main sign-in page. Open it in another tab, sign in there, then come back here.',
  ),
  openApp: t('Mở trang đăng nhập', 'Open the sign-in page'),
  orInApp: t('Dùng khoá truy cập hoặc thẻ? Đăng nhập ở trang chính', 'Passkey or badge? Use the main sign-in page'),
  signedInDone: t('Tôi đã đăng nhập', 'I have signed in'),
  asks: t('{app} xin quyền', '{app} asks for access'),
  forPatient: t('Người bệnh', 'Patient'),
  as: t('Bạn là', 'You are'),
  at: t('tại', 'at'),
  will: t('Ứng dụng này sẽ được', 'This app will be able to'),
  notYours: t('Không cấp vì bạn không có quyền này', 'Not given, since you do not have this right'),
  allow: t('Cho phép', 'Allow'),
  refuse: t('Từ chối', 'Refuse'),
  choose: t('Chọn người bệnh', 'Choose the patient'),
  chooseHint: t('Họ tên, mã người bệnh hoặc số định danh', 'Name, patient code or identity number'),
  find: t('Tìm', 'Search'),
  none: t('Không tìm thấy ai', 'Nobody was found'),
  more: t('Còn nữa: gõ thêm để thu hẹp', 'There are more: type more to narrow it'),
  change: t('Chọn người khác', 'Choose another'),
  otherFacility: t(
    'Ứng dụng này đăng ký ở {facility}. Đăng nhập bằng tài khoản làm việc tại đó.',
    'This app is registered at {facility}. Sign in with an account that works there.',
  ),
  otherPerson: t(
    'Lần mở này dành cho người khác. Mở lại ứng dụng từ hồ sơ người bệnh.',
    "This launch was made for somebody else. Open the app again from the patient's record.",
  ),
  failed: t('Không mở được ứng dụng', 'The app cannot be opened'),
  over: t(
    'Yêu cầu đã hết hạn. Quay lại ứng dụng và mở lại.',
    'The request is over. Go back to the app and open it again.',
  ),
  tell: t('Báo dòng dưới đây cho người phụ trách ứng dụng.', 'Tell the line below to the one who runs the app.'),
  opening: t('Đang mở…', 'Opening…'),
  unnamed: t('(không có tên)', '(no name)'),
  offline: t('Giữ quyền này cả khi bạn đã đăng xuất', 'Keep this access also after you have signed out'),
  identity: t('Biết tên và tài khoản của bạn', 'Know your name and account'),
  other: t('Dùng tài khoản khác', 'Use another account'),
  apps: t('Mở ứng dụng', 'Open an app'),
  noApps: t(
    'Cơ sở chưa đăng ký ứng dụng nào mở được từ hồ sơ.',
    'This facility has registered no app that opens from a record.',
  ),
  language: t('English', 'Tiếng Việt'),
} as const;

/** Types that people meet, in words; the others by their name. */
const TYPES: Readonly<Record<string, Text>> = {
  '*': t('toàn bộ hồ sơ', 'the whole record'),
  Patient: t('thông tin hành chính', 'personal details'),
  Encounter: t('lượt khám, đợt điều trị', 'visits and stays'),
  Observation: t('kết quả và dấu hiệu sinh tồn', 'results and vital signs'),
  Condition: t('chẩn đoán', 'diagnoses'),
  AllergyIntolerance: t('dị ứng', 'allergies'),
  MedicationRequest: t('đơn thuốc', 'prescriptions'),
  MedicationDispense: t('thuốc đã cấp', 'dispensed medicines'),
  MedicationAdministration: t('thuốc đã dùng', 'given medicines'),
  ServiceRequest: t('chỉ định', 'orders'),
  DiagnosticReport: t('phiếu kết quả', 'diagnostic reports'),
  DocumentReference: t('tài liệu', 'documents'),
  Procedure: t('thủ thuật, phẫu thuật', 'procedures'),
  Immunization: t('tiêm chủng', 'immunizations'),
  Coverage: t('bảo hiểm', 'insurance'),
  Claim: t('hồ sơ thanh toán', 'claims'),
  Appointment: t('lịch hẹn', 'appointments'),
  Practitioner: t('nhân viên y tế', 'practitioners'),
  Organization: t('cơ sở, khoa phòng', 'organizations'),
  Location: t('phòng, giường', 'locations'),
};

const VERBS: readonly [string, Text][] = [
  ['rs', t('Xem', 'See')],
  ['c', t('Thêm', 'Add')],
  ['u', t('Sửa', 'Change')],
  ['d', t('Xoá', 'Delete')],
];

/** `patient/Observation.rs?category=laboratory` as people read it; of the letters only those given, if some are. */
export function scopeInWords(text: string, language: Language, letters?: string): string {
  const scope = parseScope(text);
  if (!scope) return text;
  const shown = letters || scope.letters;
  const verbs = VERBS.filter(([group]) => [...group].some((l) => shown.includes(l))).map(([, verb], i) =>
    i === 0 ? verb[language] : verb[language].toLowerCase(),
  );
  const what = TYPES[scope.type]?.[language] ?? scope.type;
  const whose =
    scope.context === 'patient'
      ? { vi: 'của người bệnh này', en: 'of this patient' }[language]
      : { vi: 'trong phạm vi quyền của bạn', en: 'as far as your own rights go' }[language];
  const only = new URLSearchParams(text.split('?')[1] ?? '');
  const conditions = [...only].map(([name, value]) => `${name}: ${value.split('|').at(-1)}`).join(', ');
  return `${verbs.join(', ')} ${what} ${whose}${conditions === '' ? '' : ` (${conditions})`}`;
}
