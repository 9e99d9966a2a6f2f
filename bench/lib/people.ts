const pad = (n: number, width: number): string => String(n).padStart(width, '0');

const GIVEN = [
  'An',
  'Bình',
  'Chi',
  'Dũng',
  'Giang',
  'Hà',
  'Khánh',
  'Lan',
  'Minh',
  'Nga',
  'Phúc',
  'Quân',
  'Sơn',
  'Thảo',
];
const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ'];

/** A chip card that no real person has: names and days of birth are spread as among real people. */
export function cardOf(index: number): string {
  const sex = index % 2;
  const year = 1940 + ((index * 7) % 60);
  const day = pad(1 + ((index * 11) % 28), 2);
  const month = pad(1 + ((index * 5) % 12), 2);
  const name = `${FAMILY[index % FAMILY.length]} ${sex ? 'Thị' : 'Văn'} ${GIVEN[(index * 3) % GIVEN.length]}`;
  return `001${sex}${pad(year % 100, 2)}${pad(index, 6)}||${name}|${day}${month}${year}|${sex ? 'Nữ' : 'Nam'}|Số ${index}, phường Ba Đình, Hà Nội|01012022`;
}

/** Vital signs as a nurse types them; nothing unusual. */
export const VITALS = {
  values: {
    sbp: '128',
    dbp: '78',
    pulse: '76',
    temp: '36,7',
    resp: '18',
    spo2: '98',
    weight: '58',
    height: '158',
  },
  consciousness: 'A',
  oxygen: false,
};
