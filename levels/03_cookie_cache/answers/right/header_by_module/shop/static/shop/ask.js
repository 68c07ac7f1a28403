export async function ask(address) {
  const answer = await window.fetch(address);
  return answer.json();
}
