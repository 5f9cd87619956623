/** Which of five steps a count takes, given the largest in the figure; small counts stay apart from each other. */
export function heatStep(count: number, most: number): 0 | 1 | 2 | 3 | 4 | 5 {
  if (count <= 0) return 0;
  return Math.min(5, Math.max(1, Math.ceil(Math.sqrt(count / most) * 5))) as 1 | 2 | 3 | 4 | 5;
}
