import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** WCAG 2.2 relative luminance of `#rrggbb`. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function ratio(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

function tokens(css: string, block: RegExp): Map<string, string> {
  const body = block.exec(css)?.[1] ?? '';
  return new Map([...body.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6})\b/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
}

const css = readFileSync(new URL('./colour.css', import.meta.url), 'utf8');
const themes = {
  light: tokens(css, /:root \{([\s\S]*?)\n\}/),
  dark: tokens(css, /:root\[data-theme="dark"\] \{([\s\S]*?)\n\}/),
};

const texts = [
  '--text-strong',
  '--text-base',
  '--text-muted',
  '--action-primary',
  '--action-hover',
  '--clin-critical',
  '--clin-high',
  '--clin-low',
  '--state-warn',
  '--state-ok',
  '--dom-insurance',
  '--dom-sync',
  '--mode-train',
];
const pairs: [string, string, number][] = [
  ['--text-on-action', '--action-primary', 4.5],
  ['--news-ink', '--news-1', 6.5],
  ['--news-ink', '--news-2', 6.5],
  ['--news-ink', '--news-3', 6.5],
  ['--banner-allergy-ink', '--banner-allergy-bg', 6.5],
  ['--banner-unknown-ink', '--banner-unknown-bg', 7],
  ['--banner-offline-ink', '--banner-offline-bg', 7],
  ['--banner-synced-ink', '--banner-synced-bg', 7],
  ['--banner-dead-ink', '--banner-dead-bg', 7],
];

for (const [theme, map] of Object.entries(themes)) {
  const colour = (name: string): string => {
    const value = map.get(name);
    assert.ok(value, `${name} is missing in ${theme}`);
    return value;
  };

  test(`${theme}: text roles reach 4.5 on surface and canvas`, () => {
    for (const name of texts)
      for (const ground of ['--bg-surface', '--bg-canvas'])
        assert.ok(ratio(colour(name), colour(ground)) >= 4.5, `${name} on ${ground}`);
    assert.ok(ratio(colour('--text-muted'), colour('--bg-sunken')) >= 4.5, 'muted on sunken');
  });

  test(`${theme}: controls, focus and patient tab edges reach 3 on surface`, () => {
    for (const name of ['--border-control', '--focus', '--tab-1', '--tab-2', '--tab-3', '--tab-4', '--tab-5'])
      assert.ok(ratio(colour(name), colour('--bg-surface')) >= 3, name);
  });

  test(`${theme}: filled pairs`, () => {
    for (const [ink, ground, least] of pairs)
      assert.ok(
        ratio(colour(ink), colour(ground)) >= least,
        `${ink} on ${ground}: ${ratio(colour(ink), colour(ground))}`,
      );
  });
}
