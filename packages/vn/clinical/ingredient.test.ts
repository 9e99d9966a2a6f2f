import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ingredientKey } from './ingredient.ts';
import { formulary, rules } from './testing/packs.ts';

test('spellings meet in one key', () => {
  const { aliases } = rules();
  const table: [string, string][] = [
    ['Amlodipine', 'amlodipin'],
    ['Amlodipine besylate', 'amlodipin'],
    ['Omeprazole', 'omeprazol'],
    ['Mefenamic acid', 'acid mefenamic'],
    ['Acetylsalicylic acid', 'aspirin'],
    ['Chlorpromazine', 'clorpromazin'],
    ['Cyclosporine', 'ciclosporin'],
    ['Metformin hydrochloride', 'metformin'],
    ['Metformin HCl', 'metformin'],
    ['Glyburide', 'glibenclamid'],
    ['Nicoradil', 'nicorandil'],
    ['Cefuroxim (dưới dạng cefuroxim axetil)', 'cefuroxim'],
    ['Natri clorid', 'natri clorid'],
    ['Kali  clorid', 'kali clorid'],
    ['Rifampin', 'rifampicin'],
    ['Acarbose', 'acarbose'],
  ];
  for (const [name, key] of table) assert.equal(ingredientKey(name, aliases), key, name);
});

test('keys are stable: normalising twice changes nothing, and demo ingredients are keys already', () => {
  const { aliases } = rules();
  for (const item of formulary().items) {
    for (const name of item.ingredients) {
      assert.equal(ingredientKey(name, aliases), name, item.code);
    }
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (text) => {
      const key = ingredientKey(text, aliases);
      assert.equal(ingredientKey(key, aliases), key);
    }),
  );
});
