/**
 * A portal inside the program, for demonstration, training and tests. It speaks the same paths, fields and codes as the
 * real one, refuses what that would refuse, and keeps what it has received. It says of itself that it is a simulator.
 */
import { createHash } from 'node:crypto';
import { localCompact, localDate, parseDateVi } from '@mach/base/time.ts';
import { CARD_PATH, passwordHash, TOKEN_PATH } from '../client.ts';
import type { PortalHttp, PortalRequest, PortalResponse } from '../http.ts';
import { type FileError, type ReadFile, readCheckInFile, readClaimFile } from './file-check.ts';
import { CardRegister, cardCode, type Insured } from './register.ts';

export interface Received {
  kind: 'check-in' | 'claim';
  facility: string;
  key: string;
  identity: string;
  digest: string;
  receipt: string;
  at: string;
  xml: string;
}

export interface SimulatorOptions {
  /** One password for all accounts; an account is `<facility>_…`, `99001_BV`. */
  password: string;
  now?: () => Date;
  register?: CardRegister;
  /** Visits remembered; the oldest are forgotten first. Their files themselves are kept for the newest only. */
  keep?: number;
}

interface Session {
  idToken: string;
  username: string;
  until: number;
}

/** Facility of an account: its first five characters. */
const facilityOf = (session: Session): string => session.username.slice(0, 5);

/** Life of a session, seconds. */
const SESSION = 900;
/** Files of this many visits are kept whole: a year of them would fill the memory. */
const WHOLE = 200;

export class PortalSimulator {
  readonly register: CardRegister;
  /** False: every call fails as if the line were cut. */
  up = true;
  private readonly options: SimulatorOptions;
  private readonly sessions = new Map<string, Session>();
  private readonly files = new Map<string, Omit<Received, 'xml'>>();
  private readonly texts = new Map<string, string>();
  private serial = 0;

  constructor(options: SimulatorOptions) {
    this.options = options;
    this.register = options.register ?? new CardRegister();
  }

  /** What it has received and still has whole, newest version of each visit. */
  get received(): readonly Received[] {
    return [...this.texts].flatMap(([slot, xml]) => {
      const file = this.files.get(slot);
      return file ? [{ ...file, xml }] : [];
    });
  }

  readonly http: PortalHttp = async (request, signal) => {
    if (!this.up) {
      if (signal.aborted) throw new Error('aborted');
      throw new Error('ECONNREFUSED: the simulated portal is down');
    }
    return this.answer(request);
  };

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  /** The house's own time: days that are simulated have receipts of those days. */
  private moment(request: PortalRequest): string {
    return request.at ?? this.now().toISOString();
  }

  private answer(request: PortalRequest): PortalResponse {
    if (request.path === TOKEN_PATH) return this.signIn(request.form);
    if (request.path === CARD_PATH) {
      const { token = '', id_token: idToken = '' } = request.query ?? {};
      const session = this.admitted(token, idToken);
      return session ? this.checkCard(session, request.form, this.moment(request)) : json({ maKetQua: '401' });
    }
    const kind = /^api\/qd130\/(checkInKcb|guiHoSoXml)Qd(4750|3176)$/i.exec(request.path)?.[1];
    if (kind === undefined) return { status: 404, body: 'Not Found' };
    const { accessToken = '', tokenId = '', passwordHash: hash = '' } = request.headers ?? {};
    const session = this.admitted(accessToken, tokenId);
    if (!session) return json({ maKetQua: '401', thongDiep: 'Phiên làm việc hết hạn' });
    if (hash !== passwordHash(this.options.password)) return json({ maKetQua: '403', thongDiep: 'Sai mật khẩu' });
    return this.takeFile(session, kind === 'checkInKcb' ? 'check-in' : 'claim', request);
  }

  private signIn(form: PortalRequest['form']): PortalResponse {
    const { username = '' } = form;
    if (!/^[0-9A-Z]{5}_\w+$/.test(username) || form.password !== passwordHash(this.options.password))
      return json({ maKetQua: '401', thongDiep: 'Sai tài khoản hoặc mật khẩu' });
    const accessToken = `sim-${++this.serial}-${createHash('sha256').update(`${username}${this.serial}`).digest('hex').slice(0, 24)}`;
    const idToken = `id-${accessToken}`;
    this.sessions.set(accessToken, { idToken, username, until: this.now().getTime() + SESSION * 1000 });
    return json({
      maKetQua: '200',
      APIKey: { access_token: accessToken, id_token: idToken, token_type: 'Bearer', username, expires_in: SESSION },
    });
  }

  private admitted(accessToken: string, idToken: string): Session | undefined {
    const session = this.sessions.get(accessToken);
    return session?.idToken === idToken && session.until > this.now().getTime() ? session : undefined;
  }

  private checkCard(session: Session, form: PortalRequest['form'], at: string): PortalResponse {
    const birthDate = parseDateVi(form.ngaySinh ?? '');
    if (!form.maThe || !form.hoTen || birthDate === undefined)
      return json({ maKetQua: '205', ghiChu: 'Sai định dạng tham số gửi' });
    if (!form.hoTenCb || !form.cccdCb) return json({ maKetQua: '054', ghiChu: 'Thiếu cán bộ tra cứu' });
    const today = localDate(at);
    const asked = { card: form.maThe.toUpperCase(), name: form.hoTen, birthDate };
    const person = this.register.ask({ ...asked, facility: facilityOf(session), today });
    const code = cardCode(person, asked, today);
    const known = person !== undefined && ['000', '003', '004'].includes(code);
    return json({
      maKetQua: code,
      ghiChu: '',
      ...(known ? holder(person) : {}),
      dsLichSuKCB2018: known
        ? this.register.staysOf(person.card).map((stay, i) => ({
            maHoSo: String(i + 1),
            maCSKCB: stay.facility,
            ngayVao: stay.from,
            ngayRa: stay.to,
            tenBenh: stay.diagnosis,
            tinhTrang: '1',
            kqDieuTri: '',
            lyDoVV: '',
          }))
        : [],
      dsLichSuKT2018: [],
    });
  }

  private takeFile(session: Session, kind: Received['kind'], request: PortalRequest): PortalResponse {
    const { form } = request;
    const facility = form.maCSKCB ?? '';
    const wanted = kind === 'check-in' ? '0' : '130';
    if (form.loaiHoSo !== wanted || form.username !== session.username || form.maTinh !== facility.slice(0, 2))
      return refusal('Sai tham số gửi (loaiHoSo, username, maTinh)', []);
    if (facility !== facilityOf(session))
      return json({ maKetQua: '403', thongDiep: 'Tài khoản không thuộc cơ sở này' });
    const bytes = Buffer.from(form.fileHSBase64 ?? '', 'base64');
    const xml = new TextDecoder('utf-8').decode(bytes);
    if (bytes.length === 0 || xml.includes('\uFFFD')) return refusal('Tệp không phải Base64 của văn bản UTF-8', []);
    const read = kind === 'check-in' ? readCheckInFile(xml) : readClaimFile(xml, facility);
    if (Array.isArray(read)) return refusal('Tệp không đọc được', read);
    const errors = [...read.errors, ...this.cardErrors(kind, read, facility), ...this.keyErrors(kind, read)];
    if (errors.length > 0) return refusal(`Hồ sơ có ${errors.length} lỗi`, errors);
    return this.keep(kind, facility, read, xml, this.moment(request));
  }

  private cardErrors(kind: Received['kind'], { summary }: ReadFile, facility: string): FileError[] {
    const card = summary.MA_THE_BHYT ?? '';
    if (card === '' || card.includes(';')) return [];
    const arrival = summary.NGAY_VAO ?? '';
    const born = summary.NGAY_SINH ?? '';
    const birthDate =
      born.slice(4, 8) === '0000' ? born.slice(0, 4) : `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6, 8)}`;
    const day = `${arrival.slice(0, 4)}-${arrival.slice(4, 6)}-${arrival.slice(6, 8)}`;
    const asked = { card, name: summary.HO_TEN ?? '', birthDate };
    const code = cardCode(this.register.ask({ ...asked, facility, today: day }), asked, day);
    if (code === '000' || code === '004') return [];
    const table = kind === 'check-in' ? 'XML0' : 'XML1';
    const text: Readonly<Record<string, [field: string, text: string]>> = {
      '003': ['MA_THE_BHYT', 'Thẻ cũ hết hạn, đã cấp thẻ mới'],
      '010': ['GT_THE_DEN', 'Thẻ hết giá trị sử dụng vào ngày đến khám'],
      '050': ['MA_THE_BHYT', 'Không thấy thông tin thẻ'],
      '060': ['HO_TEN', 'Họ tên không khớp thẻ'],
      '061': ['HO_TEN', 'Họ tên không khớp thẻ (đúng ký tự đầu)'],
      '070': ['NGAY_SINH', 'Ngày sinh không khớp thẻ'],
      '110': ['MA_THE_BHYT', 'Thẻ đã thu hồi'],
    };
    const [truong, noiDung] = text[code] ?? ['MA_THE_BHYT', `Thẻ không hợp lệ (${code})`];
    return [{ maLoi: code, bang: table, dong: 1, truong, noiDung }];
  }

  private keyErrors(kind: Received['kind'], { key, identity }: ReadFile): FileError[] {
    const before = this.files.get(`${kind}/${key}`);
    if (before === undefined || before.identity === identity) return [];
    const bang = kind === 'check-in' ? 'XML0' : 'XML1';
    return [{ maLoi: 'TRUNG', bang, dong: 1, truong: 'MA_LK', noiDung: `MA_LK ${key} đã dùng cho lượt khám khác` }];
  }

  /** The same bytes again get the same receipt; other bytes of the same visit replace what was there. */
  private keep(
    kind: Received['kind'],
    facility: string,
    { key, identity }: ReadFile,
    xml: string,
    moment: string,
  ): PortalResponse {
    const digest = createHash('sha256').update(xml).digest('hex');
    const slot = `${kind}/${key}`;
    const before = this.files.get(slot);
    const at = localCompact(moment, 14);
    const receipt = before?.digest === digest ? before.receipt : `SIM${at}${String(++this.serial).padStart(6, '0')}`;
    this.files.delete(slot);
    this.files.set(slot, { kind, facility, key, identity, digest, receipt, at });
    trim(this.files, this.options.keep ?? 5000);
    this.texts.delete(slot);
    this.texts.set(slot, xml);
    trim(this.texts, WHOLE);
    return json({
      maKetQua: '200',
      maGiaoDich: receipt,
      thoiGianTiepNhan: at,
      thongDiep: 'Tiếp nhận thành công (mô phỏng)',
    });
  }
}

/** Forgets the oldest entries beyond `size`. */
function trim(map: Map<string, unknown>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) return;
    map.delete(key);
  }
}

const json = (value: unknown): PortalResponse => ({ status: 200, body: JSON.stringify(value) });

const refusal = (thongDiep: string, dsLoi: readonly FileError[]): PortalResponse =>
  json({ maKetQua: '205', thongDiep, dsLoi });

/** The holder with the portal's own names and dates. */
function holder(person: Insured): Record<string, unknown> {
  const vi = (date: string | undefined): string => (date ?? '').split('-').reverse().join('/');
  return {
    maThe: person.card,
    hoTen: person.name,
    ngaySinh: vi(person.birthDate),
    gioiTinh: person.gender ?? '',
    diaChi: person.address ?? '',
    maDKBD: person.registeredFacility,
    cqBHXH: '',
    gtTheTu: vi(person.validFrom),
    gtTheDen: vi(person.validTo),
    maKV: person.livingArea ?? '',
    ngayDu5Nam: vi(person.fiveYearsFrom),
    maSoBHXH: person.card.slice(-10),
    maTheCu: '',
    maTheMoi: person.newCard ?? '',
    gtTheTuMoi: '',
    gtTheDenMoi: '',
    maDKBDMoi: '',
    tenDKBDMoi: '',
  };
}
