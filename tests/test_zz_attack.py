import pytest
from tests.factories import make_people, make_pce
from tests.web import Web
from tests.test_isolation import asked, hostile, Secrets
import structlog

@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db); make_pce(db, holder_id=1)
    return Web(database, tmp_path)

def test_nul(web, capsys):
    b = web.browser(); b.get("/connexion")
    out=[]
    for e in ("\x00", "a\x00@b.example", "é"*2000):
        out.append(b.post("/connexion", {"email": e, "password": "x\x00"}).status_code)
        out.append(b.post("/mot-de-passe-oublie", {"email": e}).status_code)
    out.append(b.get("/mot-de-passe/a%00b").status_code)
    out.append(b.post("/mot-de-passe/a%00b", {"new":"a\x00bcdefghijklmno","again":"a\x00bcdefghijklmno"}).status_code)
    a = web.browser(1)
    for q in ("?pce=%00","?q=%00&tag=%00","?run=%00","?run=999999999"):
        for p in ("/pces","/operations","/consommations","/"):
            r=a.open(p,q); out.append(r.status_code); assert b"inattendue" not in r.data and b"r\\u00e9f." not in r.data,(p,q)
    for q in ("pce=%00","format=%00","from=%00"): out.append(a.get("/export/consommations?"+q).status_code)
    print(out); assert max(out)<500
    bugs=0; why=[]
    for output, declared in web.dash.callback_map.items():
        if "_pages_content" in output: continue
        for v in [*hostile(Secrets(1,1,1,1,1)), "\ud800", ["\ud800"], [{"number":"\x00"}], "9"*30, 2**31, {"day":"9999-12-31"}]:
            r=a.dispatch(asked(output, declared, {}, v).body)
            if r.status_code>=500 or b"inattendue" in r.data: bugs+=1; why.append((output[:50],repr(v)[:50],r.status_code))
            if a.get("/compte").status_code!=200: a.enter(1)
    assert not why, why
