import { refuse } from '@mach/base/problem.ts';
import type { IdentityPolicy } from './policy.ts';

/** Longest that is hashed: enough for any phrase, short enough that nobody makes us hash a book. */
const LONGEST = 200;

let breached: Promise<ReadonlySet<string>> | undefined;

/** Passwords known from breaches, lower case; read with the first password that is chosen (40 ms, 4 MB). */
async function breachList(): Promise<ReadonlySet<string>> {
  breached ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set((dictionary['passwords-common'] ?? []).map((word) => String(word).toLowerCase())),
  );
  return breached;
}

/** The plain word behind `P@ssw0rd123!`: what guessing programs try first. */
function core(password: string): string {
  return password
    .toLowerCase()
    .replace(/[^\p{L}]+$/u, '')
    .replace(/[@4]/g, 'a')
    .replace(/0/g, 'o')
    .replace(/[$5]/g, 's')
    .replace(/3/g, 'e')
    .replace(/[1!]/g, 'i');
}

/** Runs up or down the digits or the alphabet, round and round: 1234567890123456. */
function isRun(text: string): boolean {
  const codes = [...text].map((letter) => letter.charCodeAt(0));
  const steps = codes.slice(1).map((code, i) => (code - (codes[i] ?? 0) + 10) % 10);
  return new Set(steps).size === 1;
}

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3);

/**
 * Refuses a password that is too short, known from a breach, or made of the person's own names. No rules of composition.
 * @throws Problem 422 on the field
 */
export async function checkNewPassword(
  password: string,
  policy: IdentityPolicy,
  person: { login: string; name: string; facility: string; hasFactor: boolean },
  field = 'password',
): Promise<void> {
  const least = person.hasFactor ? policy.password.withFactor : policy.password.alone;
  const text = password.normalize('NFC');
  if ([...text].length < least)
    throw refuse(
      422,
      'password-too-short',
      { vi: `Mật khẩu cần ít nhất ${least} ký tự`, en: `A password needs at least ${least} characters` },
      { field, remedy: { vi: 'Một câu dễ nhớ là đủ', en: 'A sentence that you remember will do' } },
    );
  if (text.length > LONGEST)
    throw refuse(
      422,
      'password-too-long',
      { vi: `Mật khẩu dài nhất ${LONGEST} ký tự`, en: `A password has at most ${LONGEST} characters` },
      { field },
    );
  const list = await breachList();
  const lower = text.toLowerCase();
  const plain = core(text);
  if (list.has(lower) || (plain.length >= 4 && list.has(plain)) || new Set(lower).size < 4 || isRun(lower))
    throw refuse(
      422,
      'password-known',
      { vi: 'Mật khẩu này nằm trong danh sách đã bị lộ', en: 'This password is on the list of known breaches' },
      { field, remedy: { vi: 'Chọn một câu của riêng bạn', en: 'Choose a sentence of your own' } },
    );
  // What is left without the person's own names must still be long enough to be worth guessing.
  let rest = lower;
  for (const word of [person.login.toLowerCase(), ...words(person.name), ...words(person.facility)])
    rest = rest.replaceAll(word, '');
  if ([...rest].length < 6)
    throw refuse(
      422,
      'password-names',
      {
        vi: 'Mật khẩu chỉ gồm tên người hoặc tên cơ sở',
        en: 'The password is made of the names of the person or the facility',
      },
      { field, remedy: { vi: 'Thêm những từ khác', en: 'Add other words' } },
    );
}
