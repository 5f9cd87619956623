/** What people type when a form asks for twelve characters, without trailing digits and signs. Lower case. */
export const TRIVIAL_PASSWORDS: ReadonlySet<string> = new Set(
  `password passwords passwordpassword mypassword mypasswordis thisismypassword passwordone newpassword changeme changemenow pleasechangeme letmein letmeinplease
  letmeinnow welcome welcomeback welcomewelcome welcometoindaba indabaindaba indaba indabapassword administrator admin adminadmin adminadministrator superadministrator
  qwerty qwertyuiop qwertyuiopasdf qwertyqwerty qwertzuiop qwertzuiopü azertyuiop azertyuiopqs asdfghjkl asdfghjklqwerty asdfasdfasdf zxcvbnm zxcvbnmasdfg
  qazwsxedcrfv qazwsxedc 1qaz2wsx3edc 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qazxsw23edc q1w2e3r4t5y6 zaq12wsxcde3 abcdefghijkl abcdefghijklm abc123abc123 abcd1234abcd
  iloveyou iloveyouforever iloveyoubaby iloveyousomuch ilovejesus iloveallah iloveafrica godisgood godislove jesuschrist jesusislord blessed allahuakbar bismillah
  sunshine princess superman spiderman batmanbatman footballfootball football baseball basketball manchesterunited manchester liverpoolfc realmadrid barcelona
  chocolate butterfly strawberry michaeljordan jenniferlopez starwars startrek dragondragon monkeymonkey computer internet security securityfirst supersecret
  topsecret secretsecret verysecret mysecretpassword trustno trustnobody correcthorse correcthorsebattery correcthorsebatterystaple bankpassword centralbank
  regulator telecommunications mobilemoney emailpassword officepassword temporarypassword temporary defaultpassword default logmein signmein openplease opensesame
  opensesameopensesame test testtest testtesttest testpassword testing guestguest guestpassword rootroot rootpassword motdepasse contraseña contrasena clave
  bonjourbonjour bonjour bienvenue hellohello helloworld hello secretariat indabaadmin summer winter spring autumn january february november december monday`.split(
    /\s+/,
  ),
);
