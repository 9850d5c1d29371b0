namespace Mes.Api.Http;

/// <summary>A body that may be absent, which means the same as an empty object.</summary>
internal interface IOptionalBody;
