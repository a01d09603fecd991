/* oidc-provider with its defaults, for one client. */
const [library, said] = process.argv.slice(2);
const { port, client, inToken, person } = JSON.parse(said);

const { default: Provider } = await import(library);
const { sub: _sub, ...claims } = person;
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  claims: { openid: ["sub"], email: Object.keys(claims) },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
  ...(inToken ? { conformIdTokenClaims: false } : {}),
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
