import { join } from 'node:path';
import { refuse } from '@mach/base/problem.ts';
import { formatDate, formatDateTime } from '@mach/base/time.ts';
import type { Patient, Task } from '@mach/fhir/types.ts';
import {
  dayInWords,
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';
import { REQUESTS } from '../contract.ts';
import { isRequest, PRIVACY_EXT, REQUEST_CODE, REQUEST_CS } from '../record.ts';

type DoneLine = {
  when: string;
  what: string;
  /** SHA-256 of the file that was handed over; empty where nothing was. */
  hash: string;
};

/** The answer to what somebody asked about his data: on the way (first answer), or the last word. */
export type AnswerPaper = {
  title: string;
  letterhead: Letterhead;
  person: PersonOnPaper;
  /** `YC26-000012` */
  code: string;
  kind: string;
  by: string;
  received: string;
  detail: string;
  due: string;
  extended: string;
  done: DoneLine[];
  /** "Đồng ý", "Đồng ý một phần", "Từ chối", "Người yêu cầu rút"; empty while it is on the way. */
  outcome: string;
  letter: string;
  officer: string;
  day: string;
};

const OUTCOMES: Readonly<Record<string, string>> = {
  granted: 'Đồng ý',
  partly: 'Đồng ý một phần',
  refused: 'Từ chối',
  withdrawn: 'Người yêu cầu rút',
};

const form: PrintForm<AnswerPaper> = {
  name: 'privacy.answer',
  title: { vi: 'Trả lời yêu cầu về dữ liệu', en: 'Answer to a request about data' },
  papers: ['A4'],
  template: join(import.meta.dirname, 'answer.typ'),
  marks: ({ code }): ReturnType<NonNullable<PrintForm['marks']>> =>
    code === '' ? {} : { qr: { kind: 'qr', text: code } },
};

async function fill(source: PrintSource, id: string) {
  const task = await source.read<Task>('Task', id);
  if (!isRequest(task)) throw refuse(404, 'not-found', { vi: 'Không có yêu cầu này', en: 'There is no such request' });
  const patient = await source.read<Patient>('Patient', task.for?.reference?.split('/')[1] ?? '');
  const said = (url: string): string => task.extension?.find((one) => one.url === url)?.valueString ?? '';
  const outcome = task.businessStatus?.coding?.find((one) => one.system === REQUEST_CS)?.code ?? '';
  const letter = task.statusReason?.text ?? task.note?.at(-1)?.text ?? '';
  if (letter === '')
    throw refuse(
      409,
      'not-answered',
      { vi: 'Yêu cầu này chưa được trả lời', en: 'This request was not answered yet' },
      {
        remedy: {
          vi: 'Ghi trả lời tiếp nhận hoặc thư trả lời rồi in',
          en: 'Write the first answer or the letter, then print',
        },
      },
    );
  const at = task.executionPeriod?.end ?? source.now;
  const code = task.identifier?.find((one) => one.system === REQUEST_CODE)?.value ?? '';
  const paper: AnswerPaper = {
    title: outcome === '' ? 'THÔNG BÁO TIẾP NHẬN YÊU CẦU' : 'TRẢ LỜI YÊU CẦU VỀ DỮ LIỆU CÁ NHÂN',
    letterhead: source.letterhead,
    person: personOnPaper(patient, source.now),
    code,
    kind: task.code?.coding?.[0]?.display ?? '',
    by: task.requester?.display ?? '',
    received: formatDate(task.authoredOn ?? ''),
    detail: task.description ?? '',
    due: outcome === '' ? formatDate(task.restriction?.period?.end ?? '') : '',
    extended: said(PRIVACY_EXT.extended),
    done: (task.output ?? []).map((one) => {
      const when = one.extension?.find((e) => e.url === PRIVACY_EXT.at)?.valueDateTime;
      return {
        when: when === undefined ? '' : formatDateTime(when),
        what: DONE[one.type.coding?.[0]?.code ?? ''] ?? one.valueString ?? '',
        hash: one.extension?.find((e) => e.url === PRIVACY_EXT.hash)?.valueString ?? '',
      };
    }),
    outcome: OUTCOMES[outcome] ?? '',
    letter,
    officer: task.owner?.display ?? '',
    day: dayInWords(at),
  };
  return { data: paper, patient: patient.id, file: `tra-loi-${code}` };
}

/** What was done, where its note is a code for programs. */
const DONE: Readonly<Record<string, string>> = { restriction: 'Đã áp dụng hạn chế xử lý dữ liệu' };

/** By the id of the request. */
export const answerPrint = definePrint<AnswerPaper>({ form, permissions: [REQUESTS], fill });
