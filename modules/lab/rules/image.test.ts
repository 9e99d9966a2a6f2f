import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { png } from '../testing/pictures.ts';
import { cleanImage, IMAGE_LIMITS } from './image.ts';

const code = (bytes: Uint8Array): string => {
  const read = cleanImage(bytes);
  return read.ok ? `${read.value.type} ${read.value.width}×${read.value.height}` : read.error.code;
};
const kept = (bytes: Uint8Array): string => {
  const read = cleanImage(bytes);
  assert.ok(read.ok);
  return Buffer.from(read.value.bytes).toString('latin1');
};

const segment = (marker: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff]), body]);
const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);
const frame = (height: number, width: number): Buffer =>
  segment(0xc0, Buffer.from([8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0]));
const scan = Buffer.concat([
  segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
  Buffer.from([7, 0xff, 0, 9, 0xff, 0xd3, 8]),
]);
const jpeg = (...more: Buffer[]): Buffer => Buffer.concat([SOI, ...more, frame(480, 640), scan, EOI]);

test('what a picture is, is read from its bytes', () => {
  assert.equal(code(png(64, 48)), 'image/png 64×48');
  assert.equal(code(jpeg()), 'image/jpeg 640×480');
  assert.equal(code(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')), 'image-type');
  assert.equal(code(Buffer.from('GIF89a..........')), 'image-type');
  assert.equal(code(Buffer.from('%PDF-1.7')), 'image-type');
  assert.equal(code(png(8, 8)), 'image-size');
  assert.equal(code(Buffer.concat([SOI, frame(5000, 640), scan, EOI])), 'image-size');
  assert.equal(code(Buffer.concat([jpeg(), Buffer.alloc(IMAGE_LIMITS.bytes)])), 'image-large');
});

test('place, device, names, and what hides behind the end are not kept', () => {
  const exif = segment(0xe1, Buffer.from('Exif\0\0GPS 10.77 106.69 iPhone'));
  const comment = segment(0xfe, Buffer.from('TRAN THI LAN'));
  const jfif = segment(0xe0, Buffer.from('JFIF\0'));
  const photo = kept(Buffer.concat([jpeg(jfif, exif, comment), Buffer.from('<script>alert(1)</script>')]));
  assert.doesNotMatch(photo, /Exif|GPS|LAN|script/);
  assert.match(photo, /JFIF/);
  assert.deepEqual(Buffer.from(photo, 'latin1'), jpeg(jfif), 'the picture itself is untouched');
  const text: [string, string][] = [
    ['tEXt', 'Author\0Lan'],
    ['eXIf', 'GPS'],
    ['gAMA', '1234'],
  ];
  const shot = kept(Buffer.concat([png(32, 32, text), Buffer.from('PK\x03\x04 an archive')]));
  assert.doesNotMatch(shot, /Lan|GPS|archive/);
  assert.deepEqual(Buffer.from(shot, 'latin1'), png(32, 32, [['gAMA', '1234']]));
});

test('a picture that is cut off or garbled is refused, never kept half, and no bytes make it throw', () => {
  for (const whole of [png(40, 40), jpeg(segment(0xe0, Buffer.from('JFIF\0')))])
    for (let length = 12; length < whole.length; length += 3)
      assert.equal(code(whole.subarray(0, length)), 'image-broken', `${length} of ${whole.length}`);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, isPhoto) => {
      const read = cleanImage(Buffer.concat([isPhoto ? SOI : png(20, 20).subarray(0, 8), noise]));
      assert.ok(read.ok || read.error.code.startsWith('image-'));
    }),
    { numRuns: 300 },
  );
});
