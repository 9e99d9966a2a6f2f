import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { smallPng } from './small-png.mjs';

const WIDTH = 64;
const HEIGHT = 40;

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([size, named, check]);
}

const HEAD = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture as a browser makes it: 8 bits a channel, each row with another of the five filters. */
function picture(bytes, colourAt) {
  const stride = WIDTH * bytes;
  const plain = Buffer.alloc(HEIGHT * stride, 255);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) Buffer.from(colourAt(x, y)).copy(plain, y * stride + x * bytes);
  const at = (y, x) => (y < 0 || x < 0 ? 0 : plain[y * stride + x]);
  const raw = Buffer.alloc(HEIGHT * (stride + 1));
  for (let y = 0; y < HEIGHT; y++) {
    const filter = y % 5;
    raw[y * (stride + 1)] = filter;
    for (let x = 0; x < stride; x++) {
      const [left, up, corner] = [at(y, x - bytes), at(y - 1, x), x < bytes ? 0 : at(y - 1, x - bytes)];
      const guess = left + up - corner;
      const nearest = [left, up, corner].sort((a, b) => Math.abs(guess - a) - Math.abs(guess - b))[0];
      const foretold = [0, left, up, (left + up) >> 1, nearest][filter];
      raw[y * (stride + 1) + 1 + x] = at(y, x) - foretold;
    }
  }
  const head = Buffer.from([0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 8, bytes === 4 ? 6 : 2, 0, 0, 0]);
  // Stored, as large as it gets: whatever comes out is smaller.
  return Buffer.concat([
    HEAD,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Colours of a picture with a palette, row by row. */
function colours(file) {
  const parts = new Map();
  for (let at = 8; at < file.length; ) {
    const size = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + size);
    assert.equal(file.readUInt32BE(at + 8 + size), crc32(body), 'a chunk says its own sum');
    parts.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += size + 12;
  }
  assert.equal(parts.get('IHDR')[9], 3, 'it has a palette');
  const table = parts.get('PLTE');
  const raw = inflateSync(parts.get('IDAT'));
  return Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (_, x) => {
      const place = raw[y * (WIDTH + 1) + 1 + x] * 3;
      return [...table.subarray(place, place + 3)];
    }),
  );
}

for (const bytes of [3, 4])
  test(`a picture of few colours stays what it is (${bytes} bytes a pixel)`, () => {
    const colourAt = (x, y) => [(x >> 3) * 30, (y >> 2) * 25, (x + y) % 2 === 0 ? 255 : 40];
    const before = picture(bytes, colourAt);
    const after = smallPng(before);
    assert.ok(after.length < before.length / 4, `${after.length} of ${before.length}`);
    for (const [y, row] of colours(after).entries())
      for (const [x, colour] of row.entries()) assert.deepEqual(colour, colourAt(x, y), `${x}, ${y}`);
  });

test('of more colours than a palette holds, the common ones stay and a rare one becomes its neighbour', () => {
  const colourAt = (x, y) => (y < 20 ? [10, 20, 30] : [200 + (x >> 4), 100 + (x & 15), y]);
  const shown = colours(smallPng(picture(3, colourAt)));
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const [wanted, got] = [colourAt(x, y), shown[y][x]];
      if (y < 20) assert.deepEqual(got, wanted);
      else for (const [i, value] of wanted.entries()) assert.ok(Math.abs(value - got[i]) <= 20, `${wanted} as ${got}`);
    }
});

test('what it does not know stays untouched', () => {
  const grey = picture(3, () => [1, 2, 3]);
  grey[25] = 0;
  assert.equal(smallPng(grey), grey);
});
