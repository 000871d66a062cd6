import { kindPage, listPage, prefersPage } from './problem-page.js';

const KIND = {
  type: '/problems/x',
  code: 'X',
  status: 400,
  title: '<b>"Bold" & bad</b>',
  about: '<script>x</script>',
};

describe('prefersPage', () => {
  it.each([
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['application/problem+json, application/json', false],
    ['text/html', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['text/html;q=0.5, application/json;q=0.4', true],
    ['text/html;q=0.4, application/json;q=0.5', false],
    ['text/html;q=0', false],
    ['text/*', true],
    ['application/*, text/*;q=0.1', false],
    [';;;,,,=', false],
  ])('follows Accept: %s', (accept, page) => {
    expect(prefersPage(accept)).toBe(page);
  });
});

describe('a page about problems', () => {
  it('escapes HTML in titles and texts', () => {
    for (const page of [kindPage(KIND), listPage([KIND])]) {
      expect(page).not.toMatch(/<script>|<b>/);
      expect(page).toContain('&lt;b&gt;&quot;Bold&quot; &amp; bad&lt;/b&gt;');
    }
  });
});
