/**
 * Runs in the browser. Besides the settings: an access token that an answer brings is put to use at once, as the dialogue
 * "Authorize" would, and the page says whose it is. Nothing leaves the page but requests to this server.
 */
export const INIT_SCRIPT = `'use strict';
(() => {
  const SCHEME = 'accessToken';
  const WHO = 'veritrail:who';
  const who = document.getElementById('who');
  const contract = new URL('openapi.json', window.location.href).href;

  const show = () => {
    const name = localStorage.getItem(WHO);
    who.hidden = !name || !ui.authSelectors.authorized().get(SCHEME);
    who.textContent = name ? 'Signed in as ' + name : '';
  };

  const authorize = (token) =>
    ui.authActions.authorizeWithPersistOption({
      [SCHEME]: { name: SCHEME, schema: { type: 'http', scheme: 'bearer' }, value: token },
    });

  let asking = null;
  const ui = SwaggerUIBundle({
    url: contract,
    dom_id: '#swagger-ui',
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    persistAuthorization: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    filter: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    defaultModelRendering: 'example',
    showExtensions: false,
    validatorUrl: null,
    requestInterceptor: (request) => {
      asking = request;
      return request;
    },
    responseInterceptor: (response) => {
      const token = response.ok && response.body && response.body.accessToken;
      if (typeof token === 'string') {
        try {
          const { email } = JSON.parse(asking.body);
          if (email) localStorage.setItem(WHO, email);
        } catch {
          // A refresh brings a token of the same person.
        }
        authorize(token);
        show();
      }
      return response;
    },
    onComplete: show,
  });
  window.ui = ui;
  ui.getStore().subscribe(show);
})();
`;
