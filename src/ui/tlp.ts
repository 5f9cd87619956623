/** The class that prints a TLP label in FIRST's colour; clear is white and needs none. */
export function tlpColour(label: string): 'red' | 'amber' | 'green' | '' {
  if (label === 'TLP:RED') return 'red';
  if (label.startsWith('TLP:AMBER')) return 'amber';
  return label === 'TLP:GREEN' ? 'green' : '';
}
