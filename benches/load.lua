-- The load, for wrk. Environment: WL (q1, q2, m1 or hot), TOKFILE, DIALECT (mandate, floor or pgl).
local wl, dialect = os.getenv("WL"), os.getenv("DIALECT")
local file = io.open(os.getenv("TOKFILE")); local token = file:read("*l"); file:close()

local function request_of(body)
  return "POST /graphql HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\nAccept: application/json\r\nAuthorization: Bearer "
    .. token .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

-- Ids, as each server writes them.
local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local function base64(bytes)
  local out = {}
  for i = 1, #bytes, 3 do
    local x, y, z = bytes[i], bytes[i + 1], bytes[i + 2]
    local value = x * 65536 + (y or 0) * 256 + (z or 0)
    for j = 0, (y and (z and 4 or 3) or 2) - 1 do
      local place = math.floor(value / 64 ^ (3 - j)) % 64
      out[#out + 1] = letters:sub(place + 1, place + 1)
    end
  end
  return table.concat(out)
end
local function global(tag, kind, number)
  local bytes = { tag, 0x01, 0x90, 0, kind, 0, 0, 0x70, 0, 0x80, kind }
  for i = 5, 0, -1 do bytes[#bytes + 1] = math.floor(number / 256 ^ i) % 256 end
  return base64(bytes)
end
local function uuid(kind, number) return string.format("0190%04x-0000-7000-8000-%012x", kind, number) end

local queries = {
  mandate = {
    q1 = "query Q1 { clients(first: 50) { nodes { id name grant { state roleCap expiresAt } operations(first: 3) { nodes { kind at } } } } }",
    q2 = "query Q2($i:ExplainAccessInput!){explainAccess(input:$i){allowed reason}}",
    m1 = "mutation M($i:UpdateProfileInput!){updateProfile(input:$i){user{id} operation{sequence}}}",
  },
  floor = {
    q1 = "query Q1 { clients(first: 50) { nodes { id name grant { state role expiresAt } openOperations: operations(first: 3) { nodes { kind at } } } } }",
    q2 = "query Q2($u:UUID!,$c:UUID!,$t:UUID!,$o:String!){explainAccess(userId:$u,clientId:$c,targetId:$t,operation:$o){allowed reason}}",
    m1 = "mutation M($c:UUID!,$u:UUID!,$n:String!){updateClientUser(clientId:$c,userId:$u,displayName:$n){userId version auditSeq}}",
  },
  pgl = {
    q1 = "query Q1 { allClients(first: 50) { nodes { rowId name accessGrantsByClientId(first: 1) { nodes { state role expiresAt } } openOperations: operationsByClientId(first: 3, orderBy: AT_DESC) { nodes { kind at } } } } }",
    q2 = "query Q2($u:UUID!,$c:UUID!,$t:UUID!,$o:String!){explainAccess(userId:$u,clientId:$c,targetId:$t,operation:$o){allowed reason}}",
    m1 = "mutation M($c:UUID!,$u:UUID!,$n:String!){updateClientUserName(input:{clientId:$c,userId:$u,displayName:$n}){result{userId version auditSeq}}}",
  },
}
local query = queries[dialect][wl == "hot" and "m1" or wl]
local fixed = wl == "q1" and request_of('{"query":"' .. query .. '"}')

function init() math.randomseed(os.time() * 1000 + tonumber(tostring({}):match("0x(%x+)"), 16) % 100000) end

function request()
  if fixed then return fixed end
  -- The clients that the actor may change: each third has a grant capped at LIMITED.
  local client = wl == "hot" and 1 or math.random(0, 3332) * 3 + 1
  local user = client * 10 + math.random(2, 9)
  local name = string.format("Name %08d", math.random(0, 99999999))
  local variables
  if dialect == "mandate" then
    local on = '"accountId":"' .. global(2, 3, client) .. '","userId":"' .. global(3, 5, user) .. '"'
    local rest = wl == "q2" and ',"operation":"UPDATE_PROFILE"' or ',"displayName":"' .. name .. '"'
    variables = '{"i":{' .. on .. rest .. "}}"
  elseif wl == "q2" then
    variables = '{"u":"' .. uuid(2, 0) .. '","c":"' .. uuid(3, client) .. '","t":"' .. uuid(5, user) .. '","o":"user.update"}'
  else
    variables = '{"c":"' .. uuid(3, client) .. '","u":"' .. uuid(5, user) .. '","n":"' .. name .. '"}'
  end
  return request_of('{"query":"' .. query .. '","variables":' .. variables .. "}")
end
