/**
 * texts:record — how the `lab` pack words the colours of tube caps, and the class that draws them. The word always
 * stands beside the colour.
 */
export const CAPS: Readonly<Record<string, string>> = {
  đỏ: 'red',
  tím: 'purple',
  xám: 'grey',
  đen: 'black',
  'xanh lá': 'green',
  'xanh dương nhạt': 'blue',
  'xanh lục/vàng': 'culture',
};
