const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** The text of a page as the compiler lays it under its glyphs, so that it can be marked and copied. */
export function plainText(svg: string): string {
  return [...svg.matchAll(/<h5:div class="tsel"[^>]*>([^<]*)<\/h5:div>/g)]
    .map(([, text = '']) =>
      text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
        hex || decimal
          ? String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10))
          : (ENTITIES[name] ?? whole),
      ),
    )
    .join('\n');
}
