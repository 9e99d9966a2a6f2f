import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { onsets, rhymes, type Syllable, splitSyllable, type Tone, toneFits, writeSyllable } from './syllable.ts';
import { unTelex } from './telex.ts';

const TELEX: Record<string, string> = { ă: 'aw', â: 'aa', ê: 'ee', ô: 'oo', ơ: 'ow', ư: 'uw', đ: 'dd' };
const VNI: Record<string, string> = { ă: 'a8', â: 'a6', ê: 'e6', ô: 'o6', ơ: 'o7', ư: 'u7', đ: 'd9' };
const spell = (letters: string, keys: Record<string, string>): string =>
  [...letters].map((letter) => keys[letter] ?? letter).join('');

/** Every syllable that Vietnamese spelling can write; "oo" rhymes are left out, since Telex spells "ô" with them. */
const syllable = fc
  .tuple(fc.constantFrom(...onsets()), fc.constantFrom(...rhymes()), fc.constantFrom<Tone>(0, 1, 2, 3, 4, 5))
  .filter(([onset, rhyme, tone]) => {
    const whole = splitSyllable(onset + rhyme);
    return !rhyme.startsWith('oo') && whole?.onset === onset && whole.rhyme === rhyme && toneFits(rhyme, tone);
  })
  .map(([onset, rhyme, tone]): [Syllable, Tone] => [{ onset, rhyme }, tone]);

test('repairs Telex typed anywhere in the word', () => {
  const cases = [
    ['traanf lan', 'trần lan'],
    ['Nguyeenx Thij Huwowng', 'Nguyễn Thị Hương'],
    ['DDAWKS LAWKS', 'ĐẮK LẮK'],
    ['tranaf nguyenex duongwf', 'trần nguyễn dường'],
    ['hoaf thuys gias quaan quyeetj khoer', 'hòa thúy giá quân quyệt khỏe'],
    ['gif giuwowngf giengf quocos', 'gì giường gièng quốc'],
  ] as const;
  for (const [typed, meant] of cases) assert.equal(unTelex(typed), meant);
});

test('repairs VNI', () => {
  assert.equal(unTelex('tra62n Nguye6n4 D9a8k1 d9u7o7ng2'), 'trần Nguyễn Đắk đường');
});

test('leaves alone what is not Telex', () => {
  const same =
    'paracetamol amoxicillin insulin B12 T3 500mg aspirin trần lasf la12 Lan nguyễn strss ceftriaxon TMC 0912345678';
  assert.equal(unTelex(same), same);
  assert.equal(unTelex("M'gar"), "M'gar");
});

test('a Vietnamese text that needs no repair stays as it is', () => {
  fc.assert(
    fc.property(syllable, ([s, tone]) => {
      const written = writeSyllable(s, tone);
      if (/[^a-z]/.test(written)) assert.equal(unTelex(written), written);
    }),
  );
});

test('every syllable typed in Telex or VNI comes back', () => {
  fc.assert(
    fc.property(syllable, ([s, tone]) => {
      const written = writeSyllable(s, tone);
      const telexTone = ['', 'f', 'r', 'x', 's', 'j'][tone];
      const vniTone = ['', '2', '3', '4', '1', '5'][tone];
      assert.equal(unTelex(spell(s.onset + s.rhyme, TELEX) + telexTone), written);
      assert.equal(unTelex(spell(s.onset + s.rhyme, VNI) + vniTone), written);
    }),
    { numRuns: 1500 },
  );
});

test('case follows the typed word', () => {
  fc.assert(
    fc.property(syllable, ([s, tone]) => {
      const typed = spell(s.onset + s.rhyme, TELEX) + ['', 'f', 'r', 'x', 's', 'j'][tone];
      assert.equal(unTelex(typed.toUpperCase()), unTelex(typed).toUpperCase());
      const capital = unTelex(typed.charAt(0).toUpperCase() + typed.slice(1));
      assert.equal(capital.toLowerCase(), unTelex(typed));
      assert.equal(capital.charAt(0), capital.charAt(0).toUpperCase());
    }),
  );
});
